package io.holdfast.keeper.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When bytes were written, and where lines are. The clock is the test's. */
class LogTimesTest {
    private static final long START = 1_714_564_800_000L; // 2024-05-01T12:00:00Z
    private static final long PLENTY = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicLong now = new AtomicLong(START);
    private Syscalls syscalls;
    private LogDrainer drainer;
    private LogStream stream;
    private int containerFd;

    @BeforeEach
    void open() throws Exception {
        syscalls = new Syscalls(new JnrKernel());
        drainer = new LogDrainer(syscalls, now::get);
    }

    @AfterEach
    void close() throws Exception {
        syscalls.close(containerFd);
        drainer.close();
    }

    @Test
    void shouldWriteAsTheGoldenBytesSay() throws Exception {
        create(PLENTY);
        say("one\n", START);
        say("two\n", START + 1);
        say("three\n", START + 300);
        say("four\n", START + 200); // the clock was set back

        assertThat(HexFormat.of().formatHex(Files.readAllBytes(times(0))))
                .isEqualTo(
                        "48465401" // HFT 1
                                + "00" + "80f8b4c0e663" // offset 0, 1,714,564,800,000
                                + "04" + "02" // 4 bytes later, 1 ms later
                                + "04" + "d604" // 299 ms later
                                + "06" + "c701"); // 100 ms before
        assertThat(marks())
                .containsExactly(
                        new LogStream.Time(0, START),
                        new LogStream.Time(4, START + 1),
                        new LogStream.Time(8, START + 300),
                        new LogStream.Time(14, START + 200));
    }

    @Test
    void shouldRefuseTimesOfAnotherFormat() throws Exception {
        create(PLENTY);
        say("one\n", START);
        byte[] bytes = Files.readAllBytes(times(0));
        bytes[3] = 2;
        Files.write(times(0), bytes);

        assertThatThrownBy(this::marks).isInstanceOf(IOException.class).hasMessageContaining("format 1");
    }

    @Test
    void shouldGoOnAfterARestartAndCutOffWhatIsTorn() throws Exception {
        create(PLENTY);
        say("one\n", START);
        drainer.close();
        Files.write(times(0), new byte[] {(byte) 0x84}, StandardOpenOption.APPEND);

        drainer = new LogDrainer(syscalls, now::get);
        now.set(START + 5_000);
        stream = drainer.adopt(place(PLENTY));
        say("two\n", START + 10_000);

        assertThat(text(0)).isEqualTo("one\ntwo\n");
        assertThat(marks()).containsExactly(new LogStream.Time(0, START), new LogStream.Time(4, START + 10_000));
    }

    @Test
    void shouldGiveTimesOfAnyPieceFromItsFirstByteOn() throws Exception {
        create(PLENTY);
        say("one\n", START);
        say("two\n", START + 1_000);
        say("three\n", START + 2_000);

        LogStream.TimedChunk piece = stream.readTimed(5, 4, 100);

        assertThat(new String(piece.chunk().data(), StandardCharsets.US_ASCII)).isEqualTo("wo\nt");
        assertThat(piece.times())
                .containsExactly(new LogStream.Time(5, START + 1_000), new LogStream.Time(8, START + 2_000));
    }

    @Test
    void shouldGiveFewerBytesWhereTheyHaveTooManyTimes() throws Exception {
        create(PLENTY);
        for (int i = 0; i < 5; i++) {
            say(i + "\n", START + i * 1_000);
        }

        LogStream.TimedChunk piece = stream.readTimed(0, 100, 3);

        assertThat(new String(piece.chunk().data(), StandardCharsets.US_ASCII)).isEqualTo("0\n1\n2\n");
        assertThat(piece.times()).hasSize(3);
        assertThat(new String(stream.readTimed(6, 100, 3).chunk().data(), StandardCharsets.US_ASCII))
                .isEqualTo("3\n4\n");
    }

    @Test
    void shouldFindTheLastLines() throws Exception {
        create(PLENTY);
        say("one\ntwo\nthree\nfour", START);

        assertThat(search().tail(0)).isEqualTo(new LogSearch.Place(18, 0));
        assertThat(search().tail(1)).isEqualTo(new LogSearch.Place(14, 1));
        assertThat(search().tail(2)).isEqualTo(new LogSearch.Place(8, 2));
        assertThat(search().tail(4)).isEqualTo(new LogSearch.Place(0, 4));
        assertThat(search().tail(99)).isEqualTo(new LogSearch.Place(0, 4));
        say("\n", START);
        assertThat(search().tail(1)).isEqualTo(new LogSearch.Place(14, 1));
        say("\n", START);
        assertThat(search().tail(1)).as("an empty line is a line").isEqualTo(new LogSearch.Place(19, 1));
    }

    @Test
    void shouldFindTheLastLinesOverSegmentsAndBlocks() throws Exception {
        create(256 << 10);
        String line = "x".repeat(99) + "\n";
        for (int i = 0; i < 30; i++) {
            say(line.repeat(100), START + i); // 300,000 bytes, of which some are dropped
        }

        assertThat(search().tail(1_000)).isEqualTo(new LogSearch.Place(300_000 - 100_000, 1_000));
        LogSearch.Place all = search().tail(100_000);
        assertThat(all.offset()).isEqualTo(stream.head()).isPositive();
        assertThat(all.lines()).isEqualTo((300_000 - stream.head() + 99) / 100);
        assertThat(new LogSearch(stream, 1_000).tail(100)).isEqualTo(new LogSearch.Place(299_100, 9));
    }

    @Test
    void shouldFindNothingInAnEmptyStream() throws Exception {
        create(PLENTY);

        assertThat(search().tail(10)).isEqualTo(new LogSearch.Place(0, 0));
        assertThat(search().since(START)).isEqualTo(new LogSearch.Place(0, 0));
    }

    @Test
    void shouldFindTheFirstLineSinceATime() throws Exception {
        create(PLENTY);
        say("one\ntw", START);
        say("o\nthree\n", START + 1_000);
        say("four\n", START + 2_000);

        assertThat(search().since(START - 1)).isEqualTo(new LogSearch.Place(0, 4));
        assertThat(search().since(START)).isEqualTo(new LogSearch.Place(0, 4));
        // the line that had begun before does not count
        assertThat(search().since(START + 1)).isEqualTo(new LogSearch.Place(8, 2));
        assertThat(search().since(START + 1_001)).isEqualTo(new LogSearch.Place(14, 1));
        assertThat(search().since(START + 2_001)).isEqualTo(new LogSearch.Place(19, 0));
    }

    @Test
    void shouldTakeAnOldSegmentsOwnTimeWhereThereAreNone() throws Exception {
        Files.writeString(directory.resolve("stdout.0000000000000000000"), "old\n");
        stream = LogStream.ended(directory, "stdout", PLENTY);

        long changed = Files.getLastModifiedTime(directory.resolve("stdout.0000000000000000000"))
                .toMillis();
        assertThat(marks()).containsExactly(new LogStream.Time(0, changed));
        assertThat(search().since(changed)).isEqualTo(new LogSearch.Place(0, 1));
        assertThat(search().since(changed + 1)).isEqualTo(new LogSearch.Place(4, 0));
        containerFd = syscalls.eventfd(); // for the clean-up
    }

    @Test
    void shouldBoundTheTimesOfAStreamOfSingleBytes() throws Exception {
        create(4_096);
        for (int i = 0; i < 5_000; i++) {
            // far apart, so that each mark is long
            say("x", START + i * 100_000_000L);
        }

        assertThat(size(file -> file.contains("-times."))).isLessThanOrEqualTo(4_096 + 4 * 20);
        assertThat(size(file -> !file.contains("-times.") && file.startsWith("stdout.0")))
                .isLessThanOrEqualTo(4_096);
        assertThat(stream.end()).isEqualTo(5_000);
        assertThat(marks()).hasSizeGreaterThan(100);
    }

    @Test
    void shouldDropTimesWithTheirSegment() throws Exception {
        create(4_096);
        for (int i = 0; i < 100; i++) {
            say("x".repeat(99) + "\n", START + i);
        }

        assertThat(names("stdout.0")).hasSizeBetween(3, 4).allMatch(name -> name.startsWith("stdout"));
        assertThat(names("-times")).hasSizeLessThanOrEqualTo(4);
    }

    private void create(long maxBytes) throws IOException {
        LogDrainer.Opened opened = drainer.create(place(maxBytes), syscalls.effectiveUser(), syscalls.effectiveUser());
        stream = opened.stream();
        containerFd = opened.containerFd();
    }

    private LogDrainer.Place place(long maxBytes) {
        return new LogDrainer.Place(directory.resolve("fifo"), directory, "stdout", maxBytes);
    }

    /** Writes, and waits until it has been moved. */
    private void say(String text, long atMillis) throws Exception {
        now.set(atMillis);
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        long end = stream.end() + bytes.length;
        for (int at = 0; at < bytes.length; ) {
            at += syscalls.write(containerFd, bytes, at, Math.min(bytes.length - at, 4_096));
        }
        Await.until("it is moved", () -> stream.end() == end);
    }

    private LogSearch search() {
        return new LogSearch(stream, 64 << 20);
    }

    private String text(long offset) throws IOException {
        return new String(stream.read(offset, 1 << 20).data(), StandardCharsets.US_ASCII);
    }

    /** Of all that is kept. */
    private List<LogStream.Time> marks() throws IOException {
        List<LogStream.Time> marks = new ArrayList<>();
        for (long at = stream.head(); at < stream.end(); ) {
            LogStream.TimedChunk piece = stream.readTimed(at, 1 << 20, 10_000);
            marks.addAll(piece.times());
            at = piece.chunk().offset() + piece.chunk().data().length;
        }
        return marks;
    }

    private Path times(long first) {
        return TimeMarks.file(directory, "stdout", first);
    }

    private List<String> names(String part) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(part) && !name.equals("fifo"))
                    .toList();
        }
    }

    private long size(java.util.function.Predicate<String> which) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            long sum = 0;
            for (Path file :
                    files.filter(f -> which.test(f.getFileName().toString())).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
