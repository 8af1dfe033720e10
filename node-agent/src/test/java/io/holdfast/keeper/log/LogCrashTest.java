package io.holdfast.keeper.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drainer in a process of its own, killed with SIGKILL again and again while a program writes as fast as it can. */
@Tag("keeper-process")
class LogCrashTest {
    private static final int NUMBERS = 3_000_000;
    private static final int KILLS = 8;
    private static final long PLENTY = 256 << 20;

    @TempDir
    Path directory;

    /** Drains one FIFO until its end. */
    public static final class Drain {
        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            try (LogDrainer drainer = new LogDrainer(new Syscalls(new JnrKernel()), System::currentTimeMillis)) {
                LogStream stream =
                        drainer.adopt(new LogDrainer.Place(directory.resolve("fifo"), directory, "stdout", PLENTY));
                System.out.println("on");
                while (!stream.hasEnded()) {
                    stream.readable(Long.MAX_VALUE - 1).get(1, TimeUnit.MINUTES);
                }
            }
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhenDrainerIsKilledAtAnyMoment() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        int user = syscalls.effectiveUser();
        Path fifo = directory.resolve("fifo");
        syscalls.mkfifo(fifo.toString(), 0600, user, user);
        Process writer =
                new ProcessBuilder("sh", "-c", "exec 1<>" + fifo + "; echo on >&2; exec seq 1 " + NUMBERS).start();
        Process drain = null;
        try {
            writer.getErrorStream().read();
            Random random = new Random(7);
            for (int kill = 0; kill < KILLS; kill++) {
                drain = drain();
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
                drain.destroyForcibly().waitFor();
            }
            assertThat(writer.isAlive())
                    .as("the writer still writes when the last drainer was killed")
                    .isTrue();
            drain = drain();
            assertThat(drain.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(drain.exitValue()).isZero();
            assertThat(writer.waitFor()).isZero();
        } finally {
            writer.destroyForcibly();
            if (drain != null) {
                drain.destroyForcibly();
            }
        }
        LogStream kept = LogStream.ended(directory, "stdout", PLENTY);
        assertThat(LogDrainerTest.text(kept).equals(LogDrainerTest.numbers(NUMBERS)))
                .as("exactly the numbers, in order")
                .isTrue();
    }

    private Process drain() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Drain.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        Await.until("the drainer is on", () -> process.getInputStream().read() == 'o');
        assertThat(Files.exists(directory.resolve("fifo"))).isTrue();
        return process;
    }
}
