package io.holdfast.keeper;

import io.holdfast.keeper.Successor.Program;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.SelfExec;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verb {@code upgrade}: the keeper executes its new self in place. Same process, so the containers stay its children and their
 * exit statuses exact.
 *
 * <pre>
 * ask the new program whether it is fit      not: refused, nothing has happened
 * shut the gate, wait for what is inside     not in time: refused, the gate is open again
 * answer
 * close everything, leaving open what lives only while somebody has it open ({@link Handover})
 * execute the new program                    fails: execute this one again
 * </pre>
 *
 * <p>The new self finds the rest by its records, as after a SIGKILL: there is one way to adopt, and it is used often.
 */
final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Successor successor;
    private final Layout layout;
    private final Syscalls syscalls;
    private final Handover handover;
    private final Gate gate;
    private final Closing closing;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** Ends the keeper but for what it hands over. */
    interface Closing {
        /** @return false where it has been closed already, or is about to be: there is to be no new self */
        boolean close();
    }

    Upgrade(Successor successor, Layout layout, Syscalls syscalls, Handover handover, Gate gate, Closing closing) {
        this.successor = successor;
        this.layout = layout;
        this.syscalls = syscalls;
        this.handover = handover;
        this.gate = gate;
        this.closing = closing;
    }

    /** Done with a program that is fit, once nothing is under way: {@link #execute} must follow. */
    CompletableFuture<Program> prepare(boolean root) {
        CompletableFuture<Program> found = new CompletableFuture<>();
        if (!root) {
            found.completeExceptionally(RefusedException.byPolicy("only root upgrades the keeper"));
        } else if (!underWay.compareAndSet(false, true)) {
            found.completeExceptionally(RefusedException.busy("an upgrade is under way"));
        } else {
            Thread thread = new Thread(() -> prepare(found), "keeper-upgrade");
            thread.setDaemon(true);
            thread.start();
        }
        return found;
    }

    private void prepare(CompletableFuture<Program> found) {
        try {
            Program program = successor.check(layout.run());
            if (!gate.shut(Limits.CLOSE_MILLIS)) {
                throw RefusedException.busy(
                        "starts or removals are still under way after %d ms: ask again", Limits.CLOSE_MILLIS);
            }
            LOG.info("keeper {} gives way to {}, {}", Keeper.VERSION, program.version(), program.program());
            found.complete(program);
        } catch (RefusedException | IOException | RuntimeException e) {
            underWay.set(false);
            found.completeExceptionally(e);
        }
    }

    /** On a thread of its own: the caller's is about to be closed. Returns before anything has happened. */
    void execute(Program program) {
        Thread thread = new Thread(() -> replace(program), "keeper-exec");
        // it must come to its end, also where the main thread ends just now
        thread.setDaemon(false);
        thread.start();
    }

    private void replace(Program program) {
        if (!closing.close()) {
            return;
        }
        SelfExec self = new SelfExec(syscalls);
        try {
            handover.write();
            report(
                    program,
                    self.replace(program.program(), program.arguments(), program.environment(), handover.left()));
            Program old = Successor.thisProcess();
            report(old, self.replace(old.program(), old.arguments(), old.environment(), handover.left()));
        } catch (IOException | RuntimeException e) {
            LOG.error("the keeper cannot execute itself", e);
        }
        // everything is closed, and nothing can be executed: whoever watches over this process starts it anew
        Runtime.getRuntime().halt(FAILED);
    }

    /** As of a fault of its own, sysexits(3). */
    private static final int FAILED = 70;

    private static void report(Program program, ErrnoException failure) {
        LOG.error("program {} could not be executed: {}", program.program(), failure.getMessage());
    }
}
