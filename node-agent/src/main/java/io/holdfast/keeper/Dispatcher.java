package io.holdfast.keeper;

import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.exec.PendingStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to the verb that carries it out, on the threads that it needs. Never blocks its caller for long. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Core core;
    private final HostFacts facts;
    private final SandboxCreator creator;
    private final ContainerStarter starter;
    private final ContainerCreator containerCreator;
    private final CreatedStarter createdStarter;
    private final ContainerStopper stopper;
    private final Remover remover;
    private final LogReader logReader;
    private final ContainerUpdater updater;
    private final StatsReader stats;
    private final Pauser pauser;
    private final ExecStarter execStarter;
    private final Attacher attacher;
    private final Gate gate = new Gate();

    Dispatcher(Core core, HostFacts facts, Reaper reaper, Endings endings, Remover remover, StatsReader stats) {
        this.core = core;
        this.facts = facts;
        this.creator = new SandboxCreator(
                core, remover, !"false".equals(facts.attributes().get(IdmapProbe.ATTRIBUTE)));
        this.starter = new ContainerStarter(core, reaper, endings, remover);
        this.containerCreator = new ContainerCreator(core, creator, starter, remover);
        this.createdStarter = new CreatedStarter(core);
        this.stopper = new ContainerStopper(core);
        this.remover = remover;
        this.logReader = new LogReader(core);
        this.updater = new ContainerUpdater(core);
        this.stats = stats;
        this.pauser = new Pauser(core);
        this.execStarter = new ExecStarter(core);
        this.attacher = new Attacher(core);
    }

    /** Completes with the reply or with what {@link #error} turns into one. {@code watch} is the connection's own matter. */
    CompletableFuture<Reply> dispatch(Request request) {
        try {
            if (request instanceof Request.Hello hello) {
                return CompletableFuture.completedFuture(hello(hello));
            } else if (request instanceof Request.List) {
                return CompletableFuture.completedFuture(list());
            } else if (request instanceof Request.Renew renew) {
                // inline, never behind other work: containers live by it
                core.deadlines().renew(Checks.between("ttlMillis", renew.ttlMillis(), 1, Limits.MAX_LEASE_MILLIS));
                return CompletableFuture.completedFuture(new Reply.Done());
            } else if (request instanceof Request.SignalContainer signal) {
                stopper.signal(signal);
                return CompletableFuture.completedFuture(new Reply.Done());
            } else if (request instanceof Request.StopContainer stop) {
                return stopper.stop(stop);
            } else if (request instanceof Request.ReadLog read) {
                return logReader.read(read);
            } else if (request instanceof Request.FindLog find) {
                return logReader.find(find);
            } else if (request instanceof Request.CreateSandbox create) {
                return launch(() -> {
                    creator.create(create);
                    return new Reply.Done();
                });
            } else if (request instanceof Request.StartContainer start) {
                return launch(() -> starter.start(start));
            } else if (request instanceof Request.CreateContainer create) {
                return launch(() -> containerCreator.create(create));
            } else if (request instanceof Request.StartCreated start) {
                return launch(() -> createdStarter.start(start));
            } else if (request instanceof Request.ContainerState state) {
                return CompletableFuture.completedFuture(createdStarter.state(state));
            } else if (request instanceof Request.RemoveContainer remove) {
                return on(core.work(), () -> {
                    remover.remove(remove);
                    return new Reply.Done();
                });
            } else if (request instanceof Request.RemoveSandbox remove) {
                return on(core.work(), () -> {
                    remover.remove(remove);
                    return new Reply.Done();
                });
            } else if (request instanceof Request.UpdateContainer update) {
                return on(core.work(), () -> {
                    updater.update(update);
                    return new Reply.Done();
                });
            } else if (request instanceof Request.Stats asked) {
                return on(stats.thread(), () -> stats.read(asked));
            } else if (request instanceof Request.ListLayers) {
                return on(core.work(), () -> core.layers().list());
            } else if (request instanceof Request.RemoveLayers remove) {
                return on(core.work(), () -> core.layers().remove(remove));
            } else if (request instanceof Request.PauseContainer pause) {
                return on(core.work(), () -> pauser.pause(pause));
            } else if (request instanceof Request.ResumeContainer resume) {
                return on(core.work(), () -> pauser.resume(resume));
            } else if (request instanceof Request.PauseSandbox pause) {
                return on(core.work(), () -> pauser.pause(pause));
            } else if (request instanceof Request.ResumeSandbox resume) {
                return on(core.work(), () -> pauser.resume(resume));
            }
            throw RefusedException.unsupported("this keeper does not know the request");
        } catch (RefusedException | IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As {@link #dispatch}, for what takes the connection over. */
    CompletableFuture<PendingStream> open(Request request) {
        CompletableFuture<PendingStream> opened = new CompletableFuture<>();
        try {
            gate.enter();
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
        opened.whenComplete((stream, failure) -> gate.leave());
        try {
            if (request instanceof Request.Exec exec) {
                core.launches().execute(() -> {
                    try {
                        opened.complete(execStarter.exec(exec));
                    } catch (RefusedException | IOException | RuntimeException e) {
                        opened.completeExceptionally(e);
                    }
                });
            } else if (request instanceof Request.PutLayer put) {
                opened.complete(core.layers().put(put));
            } else {
                opened.complete(attacher.attach((Request.Attach) request));
            }
        } catch (RefusedException | RuntimeException e) {
            opened.completeExceptionally(e);
        }
        return opened;
    }

    private interface Verb {
        Reply run() throws RefusedException, IOException;
    }

    private CompletableFuture<Reply> launch(Verb verb) throws RefusedException {
        core.lulls().begin();
        try {
            return on(core.launches(), verb)
                    .whenComplete((reply, failure) -> core.lulls().end());
        } catch (RefusedException e) {
            core.lulls().end();
            throw e;
        }
    }

    private CompletableFuture<Reply> on(ExecutorService threads, Verb verb) throws RefusedException {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        gate.enter();
        // inside until the client is answered: nothing is cut short that it does not know of
        reply.whenComplete((answer, failure) -> gate.leave());
        try {
            threads.execute(() -> {
                try {
                    reply.complete(verb.run());
                } catch (RefusedException | IOException | RuntimeException e) {
                    reply.completeExceptionally(e);
                } catch (Error e) {
                    reply.completeExceptionally(e);
                    throw e;
                }
            });
        } catch (RejectedExecutionException e) {
            reply.completeExceptionally(e);
        }
        return reply;
    }

    /** What is shut before an upgrade. */
    Gate gate() {
        return gate;
    }

    private Reply hello(Request.Hello hello) throws RefusedException, IOException {
        if (hello.protocol() != Frame.PROTOCOL) {
            throw RefusedException.unsupported(
                    "protocol %d is not spoken here: this keeper speaks %d", hello.protocol(), Frame.PROTOCOL);
        }
        CgroupDriver.Limits limits = core.cgroups().parentLimits();
        DiskRoom disk = DiskRoom.of(core);
        Map<String, String> attributes = new TreeMap<>(facts.attributes());
        attributes.put(DiskRoom.ATTRIBUTE, disk.isLow() ? DiskRoom.LOW : "ok");
        return new Reply.Hello(
                Frame.PROTOCOL,
                Keeper.VERSION,
                core.bootId(),
                attributes,
                new Reply.Capacity(limits.cpuMillis(), limits.memoryBytes(), disk.forContainers(), limits.pids()),
                core.policy().words());
    }

    private Reply list() {
        return new Reply.Sandboxes(core.registry().sandboxes().stream()
                .filter(sandbox -> sandbox.state() != Sandbox.State.CREATING)
                .map(sandbox -> new Reply.SandboxStatus(
                        sandbox.id(),
                        sandbox.record.stopWhenDisconnected(),
                        sandbox.record.annotations(),
                        core.registry().containersOf(sandbox).stream()
                                .filter(container -> container.state() != Container.State.STARTING)
                                .map(Container::status)
                                .toList(),
                        sandbox.paused()))
                .toList());
    }

    /** What the client is told of a failure; faults are logged here, once. */
    static KeeperError error(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusedException refused) {
            return refused.error();
        }
        if (cause instanceof RejectedExecutionException) {
            return RefusedException.busy("the keeper is closing").error();
        }
        LOG.error("a request failed", cause);
        return new KeeperError("internal", String.valueOf(cause.getMessage()));
    }
}
