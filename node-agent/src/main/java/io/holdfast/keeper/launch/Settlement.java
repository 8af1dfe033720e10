package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.util.function.Supplier;

/** What a launch of two children came to, once the first has ended. */
final class Settlement {
    private Settlement() {}

    /**
     * Both children have executed or ended, or one was killed: takes their status, and ends what must not run on.
     *
     * @param notExecuted why execve failed; null where it was not tried
     * @param what is launched, for the message
     * @return the second child's pid: it has executed its program
     */
    static int settle(
            Syscalls syscalls,
            Program program,
            int firstPid,
            int secondPid,
            Supplier<LaunchException> notExecuted,
            String what)
            throws IOException, LaunchException {
        Children children = new Children(syscalls.kernel());
        int signal = firstPid == 0 ? 0 : children.reap(firstPid).signal();
        if (secondPid != 0) {
            Children.Status status = children.look(secondPid);
            switch (status.state()) {
                case EXECUTED -> {
                    return secondPid;
                }
                case ENDED -> signal = Math.max(signal, status.signal());
                // where it was killed and is not gone yet, or where the first child was killed: it would walk rows in
                // memory that is about to be used again
                case IN_LAUNCH ->
                    signal = Math.max(signal, children.end(secondPid).signal());
            }
        }
        LaunchException why = notExecuted.get();
        if (why != null) {
            throw why;
        }
        Program.Row failed = program.failed();
        if (failed != null) {
            throw new LaunchException(failed.name(), failed.errno(), failed.describe());
        }
        throw new LaunchException("launch", 0, what + " was ended by signal " + signal + " before its program ran");
    }
}
