package io.holdfast.model.line;

import java.util.List;

/**
 * What to run beside a task.
 *
 * @param command program and arguments, not empty
 * @param terminal whether it gets a terminal of its own; else its input, output and error are pipes
 * @param size of the terminal
 * @param env {@code NAME=value}, over the task's own
 * @param user as a job has it, empty for the task's
 * @param workDir absolute, empty for the task's
 */
public record ExecStart(
        List<String> command, boolean terminal, Size size, List<String> env, String user, String workDir) {

    /** Bytes of it as JSON: it must fit into one frame. */
    public static final int MAX_BYTES = ExecFrame.MAX_DATA;

    /** In characters; 0 by 0 where it is not known. */
    public record Size(int rows, int columns) {
        public static final Size UNKNOWN = new Size(0, 0);

        /** What the kernel's {@code struct winsize} holds. */
        public static final int MAX = 65_535;

        public Size {
            if (rows < 0 || columns < 0 || rows > MAX || columns > MAX) {
                throw new IllegalArgumentException("a terminal of " + rows + " by " + columns + ": 0 to " + MAX);
            }
        }
    }

    public ExecStart {
        command = command == null ? List.of() : List.copyOf(command);
        size = size == null ? Size.UNKNOWN : size;
        env = env == null ? List.of() : List.copyOf(env);
        user = user == null ? "" : user;
        workDir = workDir == null ? "" : workDir;
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command is needed");
        }
    }
}
