package io.holdfast.cli.output;

import io.holdfast.model.line.ExecStart;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The terminal of this process, in raw mode until it is closed: keys go on as they are pressed, and nothing is echoed here. By
 * stty(1), which every POSIX host has; a native library would cost more than the rest of a command.
 */
public final class Terminal implements Closeable {
    private static final Path DEVICE = Path.of("/dev/tty");
    private static final long STTY_TIMEOUT_MILLIS = 5_000;

    private final String before;
    private final Thread restorer;

    private Terminal(String before) {
        this.before = before;
        this.restorer = new Thread(this::restore, "terminal-restorer");
    }

    /** Whether this process has one. */
    public static boolean present() {
        try {
            stty("-g");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As it is, so that {@link #close} puts it back; a signal that ends the process does so too. */
    public static Terminal raw() throws IOException {
        Terminal terminal = new Terminal(stty("-g"));
        Runtime.getRuntime().addShutdownHook(terminal.restorer);
        stty("raw", "-echo");
        return terminal;
    }

    /** Unknown where the terminal does not say. */
    public static ExecStart.Size size() {
        try {
            String[] words = stty("size").split(" ");
            return new ExecStart.Size(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
        } catch (IOException | RuntimeException e) {
            return ExecStart.Size.UNKNOWN;
        }
    }

    /** Tells each change of its size; on a JVM that does not tell signals, never. */
    public static void onResize(Runnable action) {
        try {
            // by name: javac warns of sun.misc whatever is suppressed, and warnings are errors here
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler told = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                    return null;
                }
                return switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> "a signal handler";
                };
            };
            Object proxy = Proxy.newProxyInstance(Terminal.class.getClassLoader(), new Class<?>[] {handler}, told);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), proxy);
        } catch (ReflectiveOperationException e) {
            // sizes are told once, at the start
        }
    }

    private static String stty(String... words) throws IOException {
        if (!Files.exists(DEVICE)) {
            throw new IOException("there is no " + DEVICE);
        }
        String[] command = new String[words.length + 1];
        command[0] = "stty";
        System.arraycopy(words, 0, command, 1, words.length);
        Process process = new ProcessBuilder(command)
                .redirectInput(DEVICE.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (!process.waitFor(STTY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException("stty " + String.join(" ", words) + " failed");
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private void restore() {
        try {
            stty(before);
        } catch (IOException e) {
            System.err.println("holdfast: the terminal could not be put back: type stty sane");
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restorer);
        } catch (IllegalStateException e) {
            // the process is ending: it restores once more
        }
    }
}
