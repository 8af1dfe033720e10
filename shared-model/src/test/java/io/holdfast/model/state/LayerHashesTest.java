package io.holdfast.model.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerHashesTest {
    private static String diffId(int first) {
        return "sha256:%016x".formatted(first) + "0".repeat(48);
    }

    @Test
    void shouldTellLayersByTheirFirstBits() {
        LayerHashes layers = LayerHashes.of(List.of("sha256:ffffffffffffffff" + "0".repeat(48), diffId(7), diffId(7)));

        assertThat(layers.toArray()).containsExactly(-1, 7);
        assertThat(layers.has(LayerHashes.hash(diffId(7)))).isTrue();
        assertThat(layers.has(LayerHashes.hash(diffId(8)))).isFalse();
        assertThat(layers).isEqualTo(LayerHashes.of(new long[] {7, -1, 7})).isNotEqualTo(LayerHashes.NONE);
    }

    @Test
    void shouldPassOverWhatIsNoDiffId() {
        assertThat(LayerHashes.of(List.of("", "sha256:", "sha256:xyzxyzxyzxyzxyzxyz", "md5:0123456789abcdef0123")))
                .isEqualTo(LayerHashes.NONE);
    }

    @Test
    void shouldKeepTheFirstWhereThereAreTooMany() {
        LayerHashes layers = LayerHashes.of(IntStream.rangeClosed(1, LayerHashes.MAX + 5)
                .mapToObj(LayerHashesTest::diffId)
                .toList());

        assertThat(layers.toArray()).hasSize(LayerHashes.MAX).doesNotContain(LayerHashes.MAX + 1);
        assertThat(LayerHashes.of(new long[LayerHashes.MAX + 5]).toArray()).hasSize(1);
    }
}
