package io.holdfast.keeper;

import io.holdfast.keeper.Records.ResourcesRecord;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verb {@code update-container}. Blocks while the kernel makes room in memory; on a work thread. */
final class ContainerUpdater {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerUpdater.class);

    private final Core core;

    ContainerUpdater(Core core) {
        this.core = core;
    }

    /** The record first: a keeper that is killed before the kernel has all of it leaves the rest to the next. */
    void update(Request.UpdateContainer request) throws RefusedException, IOException {
        Checks.id("container", request.id());
        Spec.Resources asked = request.resources();
        new ResourceChecks("resources").check(asked);
        core.policy().checkDevices(asked.devices());
        refuseWhatTheHostLacks(core, "resources", asked);
        Container container = core.registry().container(request.id());
        Spec.Resources after = container.limits(asked);
        synchronized (container.updating) {
            if (!container.isLive()) {
                throw RefusedException.conflict("container %s has ended", request.id());
            }
            Spec.Resources before = container.resources();
            Records.write(core.layout().resources(container.id()), new ResourcesRecord(before, after));
            try {
                core.cgroups().update(container.cgroup(), before, after);
            } catch (IOException e) {
                restoreRecord(container, before);
                throw container.isLive()
                        ? RefusedException.conflict("container %s keeps its limits: %s", container.id(), e.getMessage())
                        : RefusedException.conflict("container %s has ended", container.id());
            }
            container.resources(after);
        }
    }

    private void restoreRecord(Container container, Spec.Resources before) throws IOException {
        if (before.equals(container.limits(container.record.spec().linux().resources()))) {
            Files.deleteIfExists(core.layout().resources(container.id()));
        } else {
            Records.write(core.layout().resources(container.id()), new ResourcesRecord(before, before));
        }
    }

    static void refuseWhatTheHostLacks(Core core, String path, Spec.Resources resources)
            throws RefusedException, IOException {
        Optional<String> refusal = core.cgroups().refusal(resources);
        if (refusal.isPresent()) {
            throw RefusedException.unsupported("%s.%s", path, refusal.get());
        }
    }

    /** Finishes a change that an earlier keeper may have been killed in. */
    static void adopt(Core core, Container container) throws IOException {
        Optional<ResourcesRecord> record = Records.read(core.layout().resources(container.id()), ResourcesRecord.class);
        if (record.isEmpty()) {
            return;
        }
        container.resources(record.get().after());
        try {
            core.cgroups()
                    .update(
                            container.cgroup(),
                            record.get().before(),
                            record.get().after());
        } catch (IOException e) {
            LOG.warn("limits of container {}: {}", container.id(), e.getMessage());
        }
    }
}
