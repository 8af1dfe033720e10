package io.holdfast.cli;

import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.cli.output.Console;

/** The process's entry. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // before its first class is loaded: what Hazelcast says goes where everything else goes
        System.setProperty("hazelcast.logging.type", "slf4j");
        Console console = Console.system();
        int code;
        try {
            code = Holdfast.execute(console, args);
        } catch (Throwable e) {
            // exceptions are told by the command line itself; this is memory that ran out, or a jar that is missing
            console.message("holdfast: a fault of its own: " + e);
            if (console.debug()) {
                e.printStackTrace(console.err());
            }
            code = ExitCodes.INTERNAL;
        }
        // not a plain return: a pooled thread of a library must not keep a finished command alive
        System.exit(code);
    }
}
