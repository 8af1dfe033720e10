package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.AT_EMPTY_PATH;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;

/** The rows that execute a program, and why none of them did. */
final class ExecuteRows {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Program program;
    private final List<Row> executions = new ArrayList<>();

    ExecuteRows(Program program) {
        this.program = program;
    }

    void add(Spec.Process process) throws LaunchException {
        if (process.args().isEmpty()) {
            throw new LaunchException("execve", Errno.EINVAL, "the specification names no program to run");
        }
        long arguments = program.arena().texts(process.args());
        long environment = program.arena().texts(process.env());
        List<String> candidates = candidates(process);
        for (int i = 0; i < candidates.size(); i++) {
            Row row = program.add(Call.EXECVE, candidates.get(i), arguments, environment);
            if (i < candidates.size() - 1) {
                row.mayFail();
            }
            executions.add(row);
        }
    }

    /**
     * The program below an init, which looks for it itself: one that is not there ends the container with 127.
     *
     * @param init a descriptor of a static program; that it is closed on execve does not matter to such
     */
    void addBelow(int init, String initName, Spec.Process process) throws LaunchException {
        List<String> args = new ArrayList<>(List.of(initName, "--"));
        args.addAll(process.args());
        program.add(
                        Call.EXECVEAT,
                        init,
                        "",
                        program.arena().texts(args),
                        program.arena().texts(process.env()),
                        AT_EMPTY_PATH)
                .purpose("init " + initName);
    }

    static List<String> candidates(Spec.Process process) {
        String name = process.args().get(0);
        if (name.contains("/")) {
            return List.of(name);
        }
        String path = process.env().stream()
                .filter(entry -> entry.startsWith("PATH="))
                .map(entry -> entry.substring("PATH=".length()))
                .findFirst()
                .orElse(DEFAULT_PATH);
        List<String> candidates = new ArrayList<>();
        for (String directory : path.split(":")) {
            candidates.add((directory.isEmpty() ? "." : directory) + "/" + name);
        }
        return candidates;
    }

    /** Why no candidate was executed: of all answers the one that tells most. Null where none was tried. */
    LaunchException notExecuted(Spec.Process process) {
        int errno = 0;
        for (Row row : executions) {
            if (row.errno() != 0 && (errno == 0 || errno == Errno.ENOENT || errno == Errno.ENOTDIR)) {
                errno = row.errno();
            }
        }
        if (errno == 0) {
            return null;
        }
        String name = process.args().get(0);
        String why = switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                executions.size() == 1
                        ? "is not in the image, or its interpreter is not"
                        : "is not in the image (looked for as " + String.join(", ", candidates(process)) + ")";
            case Errno.EACCES -> "may not be executed by this user";
            default -> "cannot be executed";
        };
        return new LaunchException(
                "execve", errno, "program " + name + " " + why + ": execve: " + Errno.describe(errno));
    }
}
