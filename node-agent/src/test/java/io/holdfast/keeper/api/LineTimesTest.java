package io.holdfast.keeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineTimesTest {
    private static final long NOON = 1_714_564_800_000L; // 2024-05-01T12:00:00Z
    private static final String STAMP = "2024-05-01T12:00:0";

    private final LineTimes times = new LineTimes();

    @Test
    void shouldPutTheTimeOfItsFirstByteBeforeEachLine() {
        assertThat(stamp(0, "one\ntwo\nthr", 0, NOON, 4, NOON + 1_500))
                .isEqualTo(STAMP + "0.000Z one\n" + STAMP + "1.500Z two\n" + STAMP + "1.500Z thr");
    }

    @Test
    void shouldGoOnInTheMiddleOfALine() {
        stamp(0, "on", 0, NOON);

        assertThat(stamp(2, "e\ntwo\n", 2, NOON + 2_000)).isEqualTo("e\n" + STAMP + "2.000Z two\n");
    }

    @Test
    void shouldBeginALineBehindWhatWasDropped() {
        stamp(0, "on", 0, NOON);

        assertThat(stamp(100, "tail\n", 100, NOON + 3_000)).isEqualTo("\n" + STAMP + "3.000Z tail\n");
        assertThat(stamp(200, "next\n", 200, NOON + 4_000)).isEqualTo(STAMP + "4.000Z next\n");
    }

    @Test
    void shouldLeaveAloneWhatHasNoTimes() {
        assertThat(times.stamp(new Reply.LogChunk(0, bytes("plain\n"), false))).isEqualTo(bytes("plain\n"));
        assertThat(times.stamp(new Reply.LogChunk(0, new byte[0], true))).isEmpty();
    }

    @Test
    void shouldReadAndWriteFramesOfClientsThatKnowNoTimes() throws Exception {
        String plain = new String(Wire.answer(1, new Reply.LogChunk(0, bytes("x"), true)), StandardCharsets.UTF_8);
        String asked =
                new String(Wire.request(1, new Request.ReadLog("c1", "stdout", 0, 10, 0)), StandardCharsets.UTF_8);

        assertThat(plain).doesNotContain("times");
        assertThat(asked).doesNotContain("times");
        Request.ReadLog read = (Request.ReadLog)
                Wire.readRequest(asked.getBytes(StandardCharsets.UTF_8)).body();
        assertThat(read.times()).isFalse();
        Reply.LogChunk timed = new Reply.LogChunk(0, bytes("x"), true, List.of(new Reply.LogTime(0, NOON)));
        assertThat(Wire.body(Wire.readIncoming(Wire.answer(1, timed)), Reply.LogChunk.class)
                        .times())
                .isEqualTo(timed.times());
        Request.ReadLog withTimes = new Request.ReadLog("c1", "stdout", 0, 10, 0, true);
        assertThat(Wire.readRequest(Wire.request(1, withTimes)).body()).isEqualTo(withTimes);
    }

    private String stamp(long offset, String data, long... offsetsAndTimes) {
        List<Reply.LogTime> marks = new java.util.ArrayList<>();
        for (int i = 0; i < offsetsAndTimes.length; i += 2) {
            marks.add(new Reply.LogTime(offsetsAndTimes[i], offsetsAndTimes[i + 1]));
        }
        return new String(times.stamp(new Reply.LogChunk(offset, bytes(data), false, marks)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
