package io.holdfast.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * The world around a command: its streams, its environment, its clock. Tests give their own.
 *
 * @param outIsTerminal whether {@code out} is one; colours need that
 * @param errIsTerminal whether {@code err} is one; redrawing in place needs that
 */
public record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        boolean outIsTerminal,
        boolean errIsTerminal) {

    public static Console system() {
        return new Console(
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                System.getenv(),
                InstantSource.system(),
                isTerminal(1),
                isTerminal(2));
    }

    /** Names and logs are UTF-8 whatever the locale says: a POSIX locale would turn them into question marks. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Without isatty(3): loading a native library costs more than the rest of a command. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    public String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Colour on standard output; see no-color.org. */
    public boolean colours() {
        return outIsTerminal && coloursAllowed();
    }

    public boolean messageColours() {
        return errIsTerminal && coloursAllowed();
    }

    private boolean coloursAllowed() {
        return variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
    }

    /** Whether progress may be redrawn in place. */
    public boolean redraws() {
        return errIsTerminal && !variable("TERM").equals("dumb");
    }

    public boolean debug() {
        return !variable("HOLDFAST_DEBUG").isEmpty()
                && !variable("HOLDFAST_DEBUG").equals("0");
    }

    public void message(String line) {
        err.println(line);
    }
}
