package io.holdfast.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.StatsReader;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;
import io.holdfast.cli.output.HasConsole;
import io.holdfast.cli.output.StatsViews;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows what allocations use. */
@Command(
        name = "stats",
        description = {
            "Show what running allocations use: of the project, of a job, or of one allocation with its tasks.",
            "Counters begin with the allocation; cpu is that of the interval before."
        })
public final class StatsCommand implements Callable<Integer> {
    private static final long MIN_INTERVAL_MILLIS = 100;

    /** The API's longest window. */
    private static final long MAX_INTERVAL_MILLIS = 10_000;

    private static final long DEFAULT_INTERVAL_MILLIS = 1_000;

    /** Who asks once does not want to wait long. */
    private static final long ONCE_MILLIS = 500;

    /** To the upper left; what follows overwrites, so that nothing flickers. */
    private static final String HOME = "\u001b[H";

    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLEAR_ALL = "\u001b[2J";

    @ParentCommand
    private HasConsole root;

    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Parameters(
            paramLabel = "ALLOCATION|JOB",
            arity = "0..1",
            description = "An allocation's id or a unique prefix of it, or a job's name; else all of the project.")
    private String subject = "";

    @Option(
            names = {"-l", "--live"},
            description = "Show it again and again, until Ctrl-C.")
    private boolean live;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to look before each showing, 100ms to 10s; 500ms, and 1s with --live, by default.")
    private Long intervalMillis;

    @Override
    public Integer call() throws InterruptedException {
        Console console = root.console();
        long windowMillis = intervalMillis != null ? intervalMillis : live ? DEFAULT_INTERVAL_MILLIS : ONCE_MILLIS;
        if (windowMillis < MIN_INTERVAL_MILLIS || windowMillis > MAX_INTERVAL_MILLIS) {
            throw new CommandFailed(ExitCodes.USAGE, "--interval is 100ms to 10s: the node looks that long");
        }
        StatsReader reader = new StatsReader(connection.open(console), subject);
        boolean redraws =
                live && console.outIsTerminal() && !console.variable("TERM").equals("dumb");
        if (redraws) {
            console.out().print(CLEAR_ALL);
        }
        do {
            long beganMillis = console.clock().millis();
            JsonNode stats = reader.read(windowMillis);
            if (redraws) {
                redraw(console, reader, stats);
            } else {
                show(console, reader, stats);
            }
            // the nodes' looking is the pause between two showings, where there is a node to look
            long leftMillis = windowMillis - (console.clock().millis() - beganMillis);
            if (live && leftMillis > 0) {
                TimeUnit.MILLISECONDS.sleep(Math.min(leftMillis, windowMillis));
            }
        } while (live && !console.out().checkError());
        return ExitCodes.OK;
    }

    private void show(Console console, StatsReader reader, JsonNode stats) {
        output.print(console, stats, to -> {
            if (reader.one()) {
                StatsViews.one(to, stats);
            } else if (stats.path("items").isEmpty()
                    && stats.path("unreachable").isEmpty()
                    && !live) {
                to.message("nothing runs: holdfast status tells why");
            } else {
                StatsViews.list(to, stats);
            }
        });
    }

    private void redraw(Console console, StatsReader reader, JsonNode stats) {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        PrintStream onto = new PrintStream(drawn, false, StandardCharsets.UTF_8);
        show(
                new Console(
                        console.in(),
                        onto,
                        onto,
                        console.environment(),
                        console.clock(),
                        console.outIsTerminal(),
                        console.errIsTerminal()),
                reader,
                stats);
        onto.flush();
        console.out()
                .print(HOME + drawn.toString(StandardCharsets.UTF_8).replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
        console.out().flush();
    }
}
