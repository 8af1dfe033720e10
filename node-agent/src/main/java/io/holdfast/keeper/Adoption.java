package io.holdfast.keeper;

import io.holdfast.keeper.Records.ContainerRecord;
import io.holdfast.keeper.Records.ExitRecord;
import io.holdfast.keeper.Records.PausedRecord;
import io.holdfast.keeper.Records.ProcessRecord;
import io.holdfast.keeper.Records.ReadyRecord;
import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.Records.StopRecord;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new keeper does with what it finds: it adopts what runs, concludes what has ended, and clears away what is half
 * made or bears no record. Each step may be cut short by another SIGKILL and is then done by the next keeper.
 *
 * <pre>
 * sandbox.json  ready.json           is
 * this boot     this boot            a sandbox
 * this boot     -                    half made: cleared
 * another boot                       void: no namespaces any more, results still to be read
 *
 * container.json  exit.json  process.json       is
 * any             yes                           ended
 * this boot       -          pid lives          running
 * this boot       -          pid gone           ended just now, status unknown
 * this boot       -          -                  half made: cleared
 * another boot    -                             ended by the reboot, status unknown
 * </pre>
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    private final Core core;
    private final Reaper reaper;
    private final Endings endings;
    private final Remover remover;
    private final Handover handover;

    Adoption(Core core, Reaper reaper, Endings endings, Remover remover, Handover handover) {
        this.handover = handover;
        this.core = core;
        this.reaper = reaper;
        this.endings = endings;
        this.remover = remover;
    }

    void run() throws IOException, RefusedException {
        for (String id : Layout.ids(core.layout().data().resolve("sandboxes"))) {
            adoptSandbox(id);
        }
        List<Container> running = new ArrayList<>();
        for (String id : Layout.ids(core.layout().data().resolve("containers"))) {
            adoptContainer(id).ifPresent(running::add);
        }
        Map<String, List<Container>> bySandbox = core.registry().containersBySandbox();
        for (Sandbox sandbox : core.registry().sandboxes()) {
            core.accounts().adopt(sandbox, bySandbox.getOrDefault(sandbox.id(), List.of()));
        }
        clearLitter();
        if (core.registry().sandboxes().stream().anyMatch(sandbox -> sandbox.record.stopWhenDisconnected())) {
            core.deadlines().assumePassedWhenUnknown();
        }
        LOG.info(
                "adopted {} sandboxes, {} running containers",
                core.registry().sandboxes().size(),
                running.size());
    }

    private void adoptSandbox(String id) throws IOException, RefusedException {
        Optional<SandboxRecord> found = Records.read(core.layout().sandboxRecord(id), SandboxRecord.class);
        if (found.isEmpty()) {
            return; // litter
        }
        SandboxRecord record = found.get();
        Sandbox sandbox = new Sandbox(record, Sandbox.State.READY);
        if (!record.bootId().equals(core.bootId())) {
            sandbox.state(Sandbox.State.VOID);
        } else if (Records.read(core.layout().ready(id), ReadyRecord.class)
                .filter(ready -> ready.bootId().equals(core.bootId()))
                .isEmpty()) {
            Files.delete(core.layout().sandboxRecord(id));
            return;
        }
        if (record.userNamespace()) {
            core.idRanges().take(sandbox.ids());
        }
        sandbox.paused(Records.read(core.layout().paused(id), PausedRecord.class)
                .filter(paused -> paused.bootId().equals(core.bootId()))
                .isPresent());
        core.registry().add(sandbox);
    }

    private Optional<Container> adoptContainer(String id) throws IOException, RefusedException {
        Optional<ContainerRecord> found = Records.read(core.layout().containerRecord(id), ContainerRecord.class);
        if (found.isEmpty() || !core.registry().hasSandbox(found.get().sandbox())) {
            return Optional.empty(); // litter
        }
        Container container = new Container(found.get());
        Optional<ExitRecord> exit = Records.read(core.layout().exit(id), ExitRecord.class);
        if (exit.isPresent()) {
            ended(container, exit.get());
            return Optional.empty();
        }
        Optional<ProcessRecord> process = Records.read(core.layout().process(id), ProcessRecord.class)
                .filter(record -> record.bootId().equals(core.bootId()));
        if (process.isPresent()) {
            return adoptProcess(container, process.get());
        }
        if (container.record.bootId().equals(core.bootId())) {
            Files.delete(core.layout().containerRecord(id)); // never acknowledged, or about to be removed
            return Optional.empty();
        }
        Reply.Exit unknown =
                Endings.exit("", Optional.empty(), false, core.clock().epochMillis());
        ExitRecord record = new ExitRecord(unknown, 0, Reply.Usage.NONE);
        Records.write(core.layout().exit(id), record);
        ended(container, record);
        return Optional.empty();
    }

    private void ended(Container container, ExitRecord record) throws IOException, RefusedException {
        container.logs(endedLog(container, "stdout"), endedLog(container, "stderr"));
        container.exited(record.exit(), new ProcessRecord("", 0, 0, "", record.startedAtMillis()));
        core.registry().add(container);
        core.accounts().restore(container, record.usage());
        endings.clear(container);
    }

    private LogStream endedLog(Container container, String stream) throws IOException {
        return LogStream.ended(core.layout().logs(container.id()), stream, container.record.logMaxBytes());
    }

    private Optional<Container> adoptProcess(Container container, ProcessRecord process)
            throws IOException, RefusedException {
        adoptTerminal(container);
        container.logs(adoptLog(container, "stdout"), adoptLog(container, "stderr"));
        OptionalInt pidfd = open(process);
        // the last keeper may have been killed before it did so
        core.disks().settle(core.layout().root(container.id()));
        if (container.record.exact() && CreatedStarter.waits(core, container.id())) {
            container.created(process, pidfd.orElse(-1));
        } else {
            container.running(process, pidfd.orElse(-1));
        }
        core.registry().add(container);
        Records.read(core.layout().stop(container.id()), StopRecord.class)
                .filter(stop -> stop.bootId().equals(core.bootId()))
                .ifPresent(stop -> new ContainerStopper(core).resume(container, stop));
        if (pidfd.isEmpty()) {
            LOG.warn("container {} ended while no keeper ran", container.id());
            endings.ended(container, Optional.empty());
            return Optional.empty();
        }
        ContainerUpdater.adopt(core, container);
        // by the kernel's word: a keeper may die between freezing and telling, and between telling to end and thawing
        if (core.cgroups().frozen(container.cgroup()) && !container.paused()) {
            Pauser.thaw(core, container);
        }
        LOG.info("container {} runs on as process {}", container.id(), process.pid());
        reaper.watch(container, pidfd.getAsInt(), status -> endings.ended(container, status));
        return Optional.of(container);
    }

    /** Handed over by this keeper's old self; the terminal of one that was killed has hung up. */
    private void adoptTerminal(Container container) throws IOException {
        OptionalInt master = handover.take(Keeper.terminalOf(container.id()));
        if (master.isPresent()) {
            int log = core.syscalls()
                    .open(
                            core.layout().fifo(container.id(), "stdout").toString(),
                            Syscalls.O_RDWR | Syscalls.O_NONBLOCK,
                            0);
            container.terminal(core.streams().terminal(container.id(), master.getAsInt(), log));
        }
    }

    private LogStream adoptLog(Container container, String stream) throws IOException {
        LogStream adopted = Files.exists(core.layout().fifo(container.id(), stream))
                ? core.logs().adopt(ContainerStarter.place(core, container, stream))
                : endedLog(container, stream);
        return adopted;
    }

    /** The descriptor first, then the start time: if that is right now, the descriptor cannot mean a later process. */
    private OptionalInt open(ProcessRecord process) throws ErrnoException {
        int pidfd;
        try {
            pidfd = core.syscalls().raise(core.syscalls().pidfdOpen(process.pid()));
        } catch (ErrnoException e) {
            return OptionalInt.empty();
        }
        boolean same = ProcessTable.stat(process.pid())
                .filter(stat -> stat.startTimeTicks() == process.startTimeTicks())
                .isPresent();
        if (same) {
            return OptionalInt.of(pidfd);
        }
        core.syscalls().close(pidfd);
        return OptionalInt.empty();
    }

    /** Its one container may have its cgroup at a path of its own. */
    private boolean isExact(String sandbox) throws RefusedException {
        return core.registry().containersOf(core.registry().sandbox(sandbox)).stream()
                .anyMatch(container -> container.record.exact());
    }

    /** Whatever is there by name but not by record. Processes first, files last. */
    private void clearLitter() throws IOException, RefusedException {
        Layout layout = core.layout();
        for (String sandbox : core.cgroups().list()) {
            if (!Checks.isId(sandbox)) {
                continue; // not of the keeper's making
            }
            if (!core.registry().hasSandbox(sandbox)) {
                LOG.info("clearing cgroup {}, which has no record", sandbox);
                core.cgroups().kill(sandbox);
                core.cgroups().remove(sandbox);
                continue;
            }
            for (String container : core.cgroups().list(sandbox)) {
                if (!core.registry().hasContainer(container) && !isExact(sandbox)) {
                    LOG.info("clearing cgroup {}/{}, which has no record", sandbox, container);
                    core.cgroups().kill(sandbox + "/" + container);
                    core.cgroups().remove(sandbox + "/" + container);
                }
            }
        }
        for (var directory : List.of(layout.data(), layout.run())) {
            for (String id : Layout.ids(directory.resolve("containers"))) {
                if (!core.registry().hasContainer(id)) {
                    LOG.info("clearing container {}, which has no record", id);
                    remover.clearContainerFiles(id);
                }
            }
            for (String id : Layout.ids(directory.resolve("sandboxes"))) {
                if (!core.registry().hasSandbox(id)) {
                    LOG.info("clearing sandbox {}, which has no record", id);
                    remover.clearSandbox(id);
                }
            }
        }
    }
}
