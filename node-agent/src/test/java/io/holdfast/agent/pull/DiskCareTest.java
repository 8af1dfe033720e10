package io.holdfast.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.keeper.api.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskCareTest {
    private static final ImageConfig CONFIG =
            new ImageConfig(List.of(), List.of(), List.of(), "", "", "", List.of(), Map.of(), "", "");

    private static ImageRecord image(String reference, long usedAtMillis, String... layers) {
        return new ImageRecord(
                reference,
                "",
                "",
                CONFIG,
                Arrays.stream(layers)
                        .map(id -> new ImageRecord.LayerRecord(id, 1))
                        .toList(),
                0,
                usedAtMillis);
    }

    private static Reply.LayerStatus layer(String id, long bytes, boolean inUse) {
        return new Reply.LayerStatus(id, bytes, 1, inUse);
    }

    private static Reply.Layers disk(long freeBytes, Reply.LayerStatus... layers) {
        return new Reply.Layers(List.of(layers), freeBytes, 1_000);
    }

    @Test
    void shouldLeaveAllWhileThereIsSpace() {
        DiskCare care = new DiskCare(List.of(image("a", 1, "x")), Set.of(), disk(150, layer("x", 100, false)));
        assertThat(care.victims()).isEmpty();
    }

    @Test
    void shouldTakeTheLongestUnusedFirstAndNoMoreThanNeeded() {
        DiskCare care = new DiskCare(
                List.of(image("new", 3, "z"), image("old", 1, "x"), image("middle", 2, "y")),
                Set.of(),
                disk(100, layer("x", 60, false), layer("y", 60, false), layer("z", 60, false)));
        assertThat(care.victims()).containsExactly("old", "middle");
    }

    @Test
    void shouldNeverTakeWhatAnAllocationWishesFor() {
        DiskCare care = new DiskCare(
                List.of(image("wanted", 1, "x"), image("other", 2, "y")),
                Set.of("wanted"),
                disk(0, layer("x", 500, false), layer("y", 1, false)));
        assertThat(care.victims()).containsExactly("other");
    }

    @Test
    void shouldCountOnlyWhatIsReallyFreed() {
        DiskCare care = new DiskCare(
                List.of(image("a", 1, "base", "used"), image("b", 2, "base"), image("c", 3, "own")),
                Set.of(),
                disk(100, layer("base", 60, false), layer("used", 900, true), layer("own", 50, false)));
        assertThat(care.victims()).as("a frees nothing before b goes").containsExactly("a", "b", "c");
    }
}
