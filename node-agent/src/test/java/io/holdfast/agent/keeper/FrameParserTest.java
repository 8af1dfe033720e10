package io.holdfast.agent.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.testkit.Seed;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameParserTest {
    private final List<String> frames = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final FrameParser parser = new FrameParser(frame -> frames.add(frame.toString()), faults::add);

    @Test
    void shouldCutFramesHoweverTheBytesArrive() {
        SplittableRandom random = Seed.of(7).random();
        List<String> sent = new ArrayList<>();
        Buffer all = Buffer.buffer();
        for (int i = 0; i < 200; i++) {
            String frame = "x".repeat(random.nextInt(3_000)) + i;
            sent.add(frame);
            all.appendBuffer(FakeKeeper.framed(frame));
        }
        int at = 0;
        while (at < all.length()) {
            int end = Math.min(all.length(), at + 1 + random.nextInt(2_000));
            parser.feed(all.getBuffer(at, end));
            at = end;
        }

        assertThat(frames).isEqualTo(sent);
        assertThat(faults).isEmpty();
    }

    @Test
    void shouldReadNothingMoreAfterAFrameThatIsTooLong() {
        parser.feed(Buffer.buffer().appendInt(-1));
        parser.feed(FakeKeeper.framed("late"));

        assertThat(frames).isEmpty();
        assertThat(faults).containsExactly("a frame of 4294967295 bytes is above 4194304");
    }
}
