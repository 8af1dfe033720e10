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
        if (request.stopWhenDisconnected()) {
            core.deadlines().admit();
        }
        IdRange ids = request.userNamespace() ? core.idRanges().allocate() : IdRange.HOST;
        Sandbox sandbox = new Sandbox(
                new SandboxRecord(
                        request.id(),
                        request.hostname(),
                        request.network(),
                        request.userNamespace(),
                        ids.first(),
                        request.stopWhenDisconnected(),
                        request.annotations(),
                        core.bootId()),
                Sandbox.State.CREATING);
        try {
            core.registry().add(sandbox);
        } catch (RefusedException e) {
            core.idRanges().release(ids);
            throw e;
        }
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
        return new SandboxPlan(
                core.layout().pins(sandbox.id()), sandbox.record.hostname(), sandbox.record.network(), sandbox.ids());
    }
}
