package io.holdfast.keeper;

import io.holdfast.keeper.Records.ReadyRecord;
import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The verb {@code create-sandbox}. Blocks; on a launch thread. */
final class SandboxCreator {
    private final Core core;
    private final Remover remover;

    SandboxCreator(Core core, Remover remover) {
        this.core = core;
        this.remover = remover;
    }

    void create(Request.CreateSandbox asked) throws RefusedException, IOException {
        Request.CreateSandbox request = Checks.sandbox(asked);
        core.policy().check(request);
        SandboxNamespaces.Resolved namespaces = new SandboxNamespaces(core).resolve(request);
        if (request.stopWhenDisconnected()) {
            core.deadlines().admit();
        }
        IdRange ids = namespaces.ownsIds() ? core.idRanges().allocate() : namespaces.joinedIds();
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
            if (namespaces.ownsIds()) {
                core.idRanges().release(ids);
            }
            throw e;
        }
        makeOrUndo(sandbox);
    }

    /** A sandbox that is in the registry; a failure takes it out again and leaves nothing behind. */
    void makeOrUndo(Sandbox sandbox) throws RefusedException {
        try {
            make(sandbox);
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

    private void make(Sandbox sandbox) throws IOException, LaunchException {
        Layout layout = core.layout();
        String id = sandbox.id();
        Files.createDirectories(layout.sandboxData(id));
        Records.write(layout.sandboxRecord(id), sandbox.record);
        Files.createDirectories(layout.pins(id));
        core.cgroups().create(id, Spec.Resources.UNLIMITED);
        core.launcher().createSandbox(plan(core, sandbox));
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
