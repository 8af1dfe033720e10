package io.holdfast.cli.command;

import io.holdfast.cli.client.ApiClient;
import io.holdfast.cli.client.ExecSession;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.Terminal;
import io.holdfast.model.line.ExecStart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a program beside a task. */
@Command(
        name = "exec",
        customSynopsis = "holdfast exec [-it] [OPTIONS] ALLOCATION [TASK] -- COMMAND...",
        description = {
            "Run a program beside a task, in its container: with its namespaces, rights and limits.",
            "Ends with the program's exit code, or 128 and the signal that ended it. Hangs up on the program when it is ended"
                    + " itself."
        })
public final class ExecCommand implements Callable<Integer> {
    private static final String DELIMITER = "--";

    @ParentCommand
    private HasConsole root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Connection connection;

    @Option(
            names = {"-i", "--interactive"},
            description = "Hand standard input on; else the program reads an end at once.")
    private boolean interactive;

    @Option(
            names = {"-t", "--terminal"},
            description = "Give it a terminal of its own; with -i, yours is in raw mode meanwhile.")
    private boolean terminal;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            description = "Who runs it, as a job has it: 1000, 1000:1000; else the task's.")
    private String user = "";

    @Option(
            names = {"-w", "--work-dir"},
            paramLabel = "DIR",
            description = "Where it begins, absolute; else where the task did.")
    private String workDir = "";

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable more, over the task's own; may be repeated.")
    private List<String> env = new ArrayList<>();

    @Parameters(
            paramLabel = "ALLOCATION [TASK] -- COMMAND",
            arity = "1..*",
            description =
                    "An allocation's id or a unique prefix of it, the task where it has several, and what to run.")
    private List<String> words;

    @Override
    public Integer call() throws IOException {
        List<String> given = commandLine().getParseResult().originalArgs();
        int delimiter = given.indexOf(DELIMITER);
        if (delimiter < 0 || delimiter == given.size() - 1) {
            throw usage("write what to run behind --, as in: holdfast exec -it ALLOCATION -- /bin/sh");
        }
        List<String> command = given.subList(delimiter + 1, given.size());
        int targets = words.size() - command.size();
        if (targets < 1 || targets > 2) {
            throw usage("before -- stand an allocation and, where it has several, a task");
        }
        Console console = root.console();
        if (terminal && !Terminal.present()) {
            throw usage("-t needs a terminal, and this process has none: leave it out");
        }
        ApiClient api = connection.open(console);
        return run(api, console, words.get(0), targets == 2 ? words.get(1) : "", start(console, command));
    }

    private CommandLine commandLine() {
        return spec.root().commandLine();
    }

    private static CommandFailed usage(String message) {
        return new CommandFailed(ExitCodes.USAGE, message);
    }

    private ExecStart start(Console console, List<String> command) {
        List<String> variables = new ArrayList<>();
        if (terminal && !console.variable("TERM").isEmpty()) {
            variables.add("TERM=" + console.variable("TERM"));
        }
        for (String variable : env) {
            if (variable.indexOf('=') < 1) {
                throw usage("--env " + variable + " is not NAME=VALUE");
            }
            variables.add(variable);
        }
        ExecStart.Size size = terminal ? Terminal.size() : ExecStart.Size.UNKNOWN;
        try {
            return new ExecStart(command, terminal, size, variables, user, workDir);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private int run(ApiClient api, Console console, String allocation, String task, ExecStart start)
            throws IOException {
        try (ExecSession session = ExecSession.open(api, allocation, task, start)) {
            if (terminal) {
                Terminal.onResize(() -> session.resize(Terminal.size()));
            }
            if (!interactive) {
                session.endInput();
                return session.copyOutput(console.out(), console.err());
            }
            if (!terminal) {
                session.copyInput(console.in());
                return session.copyOutput(console.out(), console.err());
            }
            Terminal raw = Terminal.raw();
            try {
                session.copyInput(console.in());
                return session.copyOutput(console.out(), console.err());
            } finally {
                raw.close();
            }
        }
    }
}
