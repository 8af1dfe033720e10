package io.holdfast.keeper;

import io.holdfast.keeper.Records.ReadyRecord;
import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.Spares.Spare;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** The verb {@code create-sandbox}. Blocks; on a launch thread. */
final class SandboxCreator {
    private final Core core;
    private final Remover remover;
    private final boolean idmapped;

    /** @param idmapped whether the data directory takes idmapped mounts */
    SandboxCreator(Core core, Remover remover, boolean idmapped) {
        this.core = core;
        this.remover = remover;
        this.idmapped = idmapped;
    }

    void create(Request.CreateSandbox asked) throws RefusedException, IOException {
        Request.CreateSandbox request = Checks.sandbox(asked);
        core.policy().check(request);
        SandboxNamespaces.Resolved namespaces = new SandboxNamespaces(core).resolve(request);
        if (namespaces.hasUser() && !idmapped) {
            throw RefusedException.unsupported(
                    "the file system of data-dir %s takes no idmapped mounts, which a user namespace needs: choose another"
                            + " data-dir, or ask for no user namespace",
                    core.layout().data());
        }
        if (request.stopWhenDisconnected()) {
            core.deadlines().admit();
        }
        Optional<Spare> spare =
                namespaces.byType().isEmpty() && request.network().equals("private")
                        ? core.spares().take(namespaces.ownsIds())
                        : Optional.empty();
        IdRange ids = spare.isPresent() ? spare.get().ids() : ids(namespaces);
        Sandbox sandbox = new Sandbox(
                new SandboxRecord(
                        request.id(),
                        request.hostname(),
                        request.network(),
                        namespaces.hasUser(),
                        ids.first(),
                        request.stopWhenDisconnected(),
                        request.annotations(),
                        core.bootId(),
                        namespaces.byType(),
                        List.of(),
                        List.of()),
                Sandbox.State.CREATING);
        try {
            core.registry().add(sandbox);
        } catch (RefusedException e) {
            if (spare.isPresent()) {
                core.spares().discard(spare.get());
            } else if (namespaces.ownsIds()) {
                core.idRanges().release(ids);
            }
            throw e;
        }
        makeOrUndo(sandbox, spare);
    }

    private IdRange ids(SandboxNamespaces.Resolved namespaces) throws RefusedException {
        return namespaces.ownsIds() ? core.idRanges().allocate() : namespaces.joinedIds();
    }

    /** A sandbox that is in the registry; a failure takes it out again and leaves nothing behind. */
    void makeOrUndo(Sandbox sandbox, Optional<Spare> spare) throws RefusedException {
        try {
            make(sandbox, spare);
        } catch (LaunchException e) {
            remover.undo(sandbox);
            throw RefusedException.setUpFailed(e.getMessage());
        } catch (IOException e) {
            remover.undo(sandbox);
            throw RefusedException.setUpFailed(e.getMessage());
        } catch (RuntimeException e) {
            remover.undo(sandbox);
            throw e;
        }
    }

    private void make(Sandbox sandbox, Optional<Spare> spare) throws IOException, LaunchException {
        Layout layout = core.layout();
        String id = sandbox.id();
        Files.createDirectories(layout.sandboxRun(id));
        if (spare.isPresent()) {
            // what is mounted below goes with it
            Files.move(spare.get().pins(), layout.pins(id), StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.createDirectories(layout.pins(id));
        }
        Files.createDirectories(layout.sandboxData(id));
        Records.write(layout.sandboxRecord(id), sandbox.record);
        core.cgroups().create(id, Spec.Resources.UNLIMITED);
        if (spare.isEmpty()) {
            core.launcher().createSandbox(plan(core, sandbox));
        }
        Records.write(layout.ready(id), new ReadyRecord(core.bootId()));
        sandbox.state(Sandbox.State.READY);
    }

    static SandboxPlan plan(Core core, Sandbox sandbox) {
        SandboxRecord record = sandbox.record;
        return new SandboxPlan(
                core.layout().pins(sandbox.id()),
                record.hostname(),
                record.network(),
                sandbox.ids(),
                sandbox.namespaces(),
                record.uidMappings(),
                record.gidMappings());
    }
}
