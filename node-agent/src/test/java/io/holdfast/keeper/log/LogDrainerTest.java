package io.holdfast.keeper.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDrainerTest {
    private static final long PLENTY = 64 << 20;
    private static final int ALL_NUMBERS = numbers(400_000).length();

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private Syscalls syscalls;
    private LogDrainer drainer;
    private int user;

    @BeforeEach
    void open() throws Exception {
        syscalls = new Syscalls(new JnrKernel());
        user = syscalls.effectiveUser();
        drainer = new LogDrainer(syscalls, System::currentTimeMillis);
    }

    @AfterEach
    void close() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        drainer.close();
    }

    @Test
    void shouldKeepAllOutputAndItsEnd() throws Exception {
        LogStream stream = start("stdout", PLENTY, "echo one; echo two; printf three");

        Await.until("the end", stream::hasEnded);

        assertThat(text(stream)).isEqualTo("one\ntwo\nthree");
        assertThat(stream.read(4, 3)).satisfies(chunk -> {
            assertThat(chunk.offset()).isEqualTo(4);
            assertThat(chunk.data()).isEqualTo("two".getBytes(StandardCharsets.US_ASCII));
            assertThat(chunk.end()).isFalse();
        });
        assertThat(stream.read(13, 10).end()).isTrue();
    }

    @Test
    void shouldMakeNoFileWhenNothingIsWritten() throws Exception {
        LogStream stream = start("stdout", PLENTY, ":");

        Await.until("the end", stream::hasEnded);
        drainer.finish(stream).join();

        assertThat(stream.read(0, 10).end()).isTrue();
        assertThat(directory).isDirectoryNotContaining("glob:**/stdout.0*");
    }

    @Test
    void shouldKeepTailWithinBoundWhenWriterFloods() throws Exception {
        LogStream stream = start("stdout", 64 << 10, "seq 1 1000000");

        Await.until("the end", stream::hasEnded);

        assertThat(keptBytes()).isBetween(48L << 10, 64L << 10);
        String tail = text(stream);
        assertThat(tail).endsWith("999999\n1000000\n");
        assertThat(stream.read(0, 1).offset()).isEqualTo(6_888_896 - tail.length());
        assertThat(tail.lines().skip(1).findFirst().orElseThrow())
                .isEqualTo(Long.toString(1_000_000 - tail.lines().skip(2).count()));
    }

    @Test
    void shouldServeOthersWhileOneFloods() throws Exception {
        start("stdout", 64 << 10, "exec cat /dev/zero");

        for (int i = 0; i < 20; i++) {
            String name = "s" + i;
            LogStream other = start(name, PLENTY, "echo here");
            Await.until("the other's output", () -> text(other).equals("here\n"));
        }
        assertThat(keptBytes()).isLessThanOrEqualTo((64L << 10) + 20 * 5);
    }

    /** A check of order, not of time: what the others have moved between the writing of a line and its being moved. */
    @Test
    void shouldNotMoveMuchOfFloodsBeforeALineOfAQuietStream() throws Exception {
        List<LogStream> floods = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            floods.add(start("flood" + i, 64 << 10, "exec cat /dev/zero"));
        }
        LogStream quiet = start("quiet", PLENTY, "while read line; do echo $line; done");
        List<Long> moved = new ArrayList<>();
        for (int i = 0; i < 41; i++) {
            // on the drainer's own thread, when the line has been moved
            CompletableFuture<Long> after = quiet.readable(2L * i).thenApply(nothing -> sum(floods));
            long before = sum(floods);
            started.get(4).getOutputStream().write(new byte[] {'x', '\n'});
            started.get(4).getOutputStream().flush();
            moved.add(after.get(20, TimeUnit.SECONDS) - before);
        }

        // a window each that was just begun, and one turn each: the median, for this test's own threads may stand still
        Collections.sort(moved);
        assertThat(moved.get(moved.size() / 2)).isLessThanOrEqualTo(4 * (Pipe.MAX_WINDOW_BYTES + 2 * Pipe.TURN_BYTES));
        assertThat(keptBytes()).isLessThanOrEqualTo(4 * (64L << 10) + 2 * 41);
    }

    private static long sum(List<LogStream> streams) {
        return streams.stream().mapToLong(LogStream::end).sum();
    }

    @Test
    void shouldLoseAndDoubleNothingOverRestarts() throws Exception {
        // it ends with a drainer at work: what stands in a pipe is gone with its last end (pipe(7))
        LogStream stream = start("stdout", PLENTY, "seq 1 400000; read line");
        for (int i = 0; i < 10; i++) {
            long seen = stream.read(0, 0).offset() + size(stream);
            LogStream current = stream;
            Await.until("some progress", () -> size(current) > seen || size(current) == ALL_NUMBERS);
            drainer.close();
            drainer = new LogDrainer(syscalls, System::currentTimeMillis);
            stream = drainer.adopt(place("stdout", PLENTY));
        }
        started.get(0).getOutputStream().close();
        Await.until("the end", stream::hasEnded);

        assertThat(text(stream)).isEqualTo(numbers(400_000));
    }

    @Test
    void shouldFindTheEndThatCameWhileNobodyDrained() throws Exception {
        LogStream stream = start("stdout", PLENTY, "echo ready; read line");
        Await.until("ready", () -> text(stream).equals("ready\n"));
        drainer.close();
        started.get(0).destroyForcibly().waitFor();

        drainer = new LogDrainer(syscalls, System::currentTimeMillis);
        LogStream again = drainer.adopt(place("stdout", PLENTY));

        Await.until("the end", again::hasEnded);
        assertThat(text(again)).isEqualTo("ready\n");
    }

    @Test
    void shouldBlockNotBreakTheWriterWithoutDrainer() throws Exception {
        LogStream stream = start("stdout", PLENTY, "echo ready; read line; seq 1 100000; echo done");
        Await.until("ready", () -> text(stream).equals("ready\n"));
        drainer.close();
        Process writer = started.get(0);
        writer.getOutputStream().write('\n');
        writer.getOutputStream().flush();

        assertThat(writer.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        drainer = new LogDrainer(syscalls, System::currentTimeMillis);
        LogStream again = drainer.adopt(place("stdout", PLENTY));

        Await.until("the end", again::hasEnded);
        assertThat(writer.waitFor()).isZero();
        assertThat(text(again)).isEqualTo("ready\n" + numbers(100_000) + "done\n");
    }

    @Test
    void shouldLetTheProgramOpenItsOutputAgain() throws Exception {
        LogStream stream = start("stdout", PLENTY, "echo a; echo b > /proc/self/fd/1; echo c >> /dev/stdout");

        Await.until("the end", stream::hasEnded);

        assertThat(text(stream)).isEqualTo("a\nb\nc\n");
    }

    @Test
    void shouldWakeReaderAtFirstByteAndAtTheEnd() throws Exception {
        LogStream stream = start("stdout", PLENTY, "read line; echo x; read line");
        CompletableFuture<Void> first = stream.readable(0);
        assertThat(first).isNotDone();

        started.get(0).getOutputStream().write('\n');
        started.get(0).getOutputStream().flush();
        first.get(10, TimeUnit.SECONDS);
        assertThat(text(stream)).isEqualTo("x\n");

        CompletableFuture<Void> end = stream.readable(2);
        assertThat(end).isNotDone();
        started.get(0).getOutputStream().close();
        end.get(10, TimeUnit.SECONDS);
        assertThat(stream.read(2, 10).end()).isTrue();
    }

    @Test
    void shouldEndStreamWhenToldThoughSomebodyHoldsThePipe() throws Exception {
        LogDrainer.Opened opened = drainer.create(place("stdout", PLENTY), user, user);
        syscalls.write(opened.containerFd(), "left over".getBytes(StandardCharsets.US_ASCII), 0, 9);

        drainer.finish(opened.stream()).get(10, TimeUnit.SECONDS);

        assertThat(opened.stream().hasEnded()).isTrue();
        assertThat(text(opened.stream())).isEqualTo("left over");
        syscalls.close(opened.containerFd());
    }

    @Test
    void shouldReadEndedStreamFromItsFilesAlone() throws Exception {
        LogStream stream = start("stdout", PLENTY, "echo kept");
        Await.until("the end", stream::hasEnded);

        LogStream later = LogStream.ended(directory, "stdout", PLENTY);

        assertThat(text(later)).isEqualTo("kept\n");
        assertThat(later.readable(5)).isDone();
    }

    @Test
    void shouldRefuseFifoThatIsThereAlready() throws Exception {
        Files.writeString(directory.resolve("stdout.fifo"), "");

        assertThatThrownBy(() -> drainer.create(place("stdout", PLENTY), user, user))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("EEXIST");
    }

    private LogDrainer.Place place(String name, long maxBytes) {
        return new LogDrainer.Place(directory.resolve(name + ".fifo"), directory, name, maxBytes);
    }

    /** Runs a script whose standard output is the FIFO, open for reading and writing as a container has it. */
    private LogStream start(String name, long maxBytes, String script) throws Exception {
        LogDrainer.Place place = place(name, maxBytes);
        LogDrainer.Opened opened = drainer.create(place, user, user);
        Process process =
                new ProcessBuilder("sh", "-c", "exec 1<>" + place.fifo() + "; echo on >&2; " + script).start();
        started.add(process);
        // the shell has its own end from now on
        process.getErrorStream().read();
        syscalls.close(opened.containerFd());
        return opened.stream();
    }

    private long keptBytes() throws IOException {
        try (var files = Files.list(directory)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().contains("-times."))
                    .toList()) {
                try {
                    sum += Files.size(file);
                } catch (NoSuchFileException e) {
                    // dropped by the bound since the listing
                }
            }
            return sum;
        }
    }

    private static long size(LogStream stream) throws IOException {
        return text(stream).length();
    }

    static String text(LogStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long offset = 0;
        while (true) {
            LogStream.Chunk chunk = stream.read(offset, 1 << 20);
            if (chunk.data().length == 0) {
                return all.toString(StandardCharsets.US_ASCII);
            }
            all.write(chunk.data());
            offset = chunk.offset() + chunk.data().length;
        }
    }

    static String numbers(int last) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= last; i++) {
            text.append(i).append('\n');
        }
        return text.toString();
    }
}
