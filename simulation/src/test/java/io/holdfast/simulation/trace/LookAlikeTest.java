package io.holdfast.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.Node;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookAlikeTest {
    /** Of so many, a share differs from its mean by less than this. */
    private static final double TOLERANCE = 0.02;

    private static final int MANY = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -5, Long.MAX_VALUE})
    void shouldGiveTheSameWhenCountAndSeedAreTheSame(long seed) {
        assertThat(LookAlike.nodes(200, seed)).hasSize(200).isEqualTo(LookAlike.nodes(200, seed));
        assertThat(LookAlike.pods(200, seed)).hasSize(200).isEqualTo(LookAlike.pods(200, seed));
    }

    @Test
    void shouldGiveOthersWhenTheSeedIsAnother() {
        assertThat(LookAlike.nodes(200, 1)).isNotEqualTo(LookAlike.nodes(200, 2));
        assertThat(LookAlike.pods(200, 1)).isNotEqualTo(LookAlike.pods(200, 2));
        assertThat(LookAlike.nodes(300, 1)).startsWith(LookAlike.nodes(200, 1).toArray(Node[]::new));
    }

    /** As in docs/reference/simulate.md. */
    @ParameterizedTest
    @CsvSource({"32,128,0,0.14", "64,256,0,0.16", "48,192,2,0.25", "64,384,4,0.20", "96,512,8,0.15", "128,1024,8,0.10"})
    void shouldHaveNodesOfEachKindInTheirShares(int cores, int memoryGib, int gpus, double share) {
        assertThat(share(
                        LookAlike.nodes(MANY, 1),
                        node -> node.capacity().cpuMillis() == cores * 1000L
                                && node.capacity().memoryBytes() == (long) memoryGib << 30
                                && node.devices().stream()
                                                .mapToInt(Node.DeviceGroup::count)
                                                .sum()
                                        == gpus))
                .isCloseTo(share, within(TOLERANCE));
    }

    @Test
    void shouldHavePodsOfEachKindInTheirShares() {
        List<Pod> pods = LookAlike.pods(MANY, 1);

        assertThat(share(pods, pod -> pod.gpuThousandths() == 0)).isCloseTo(0.40, within(TOLERANCE));
        assertThat(share(pods, pod -> pod.gpuThousandths() % DeviceAsk.WHOLE != 0))
                .isCloseTo(0.35, within(TOLERANCE));
        assertThat(share(pods, pod -> pod.gpuThousandths() == 1000)).isCloseTo(0.20, within(TOLERANCE));
        assertThat(share(pods, pod -> pod.gpuThousandths() > 1000)).isCloseTo(0.05, within(TOLERANCE));
        assertThat(share(pods, pod -> pod.gpuThousandths() == 8000)).isCloseTo(0.02, within(TOLERANCE));
        assertThat(share(pods, pod -> pod.departureSeconds() == Pod.STAYS)).isCloseTo(0.20, within(TOLERANCE));
    }

    @Test
    void shouldComeInADayInTheirOrderAndFitTheLargestNodes() {
        List<Pod> pods = LookAlike.pods(MANY, 1);

        assertThat(pods).isSortedAccordingTo(Comparator.comparingLong(Pod::arrivalSeconds));
        assertThat(pods).extracting(Pod::name).doesNotHaveDuplicates();
        assertThat(pods).allSatisfy(pod -> {
            assertThat(pod.arrivalSeconds()).isBetween(0L, 86_399L);
            assertThat(pod.cpuMillis()).isBetween(1000L, 88_000L);
            assertThat(pod.memoryBytes()).isBetween(1L << 30, 352L << 30);
            if (pod.departureSeconds() != Pod.STAYS) {
                assertThat(pod.departureSeconds() - pod.arrivalSeconds()).isBetween(600L, 345_600L);
            }
        });
    }

    private static <T> double share(List<T> all, Predicate<T> some) {
        return all.stream().filter(some).count() / (double) all.size();
    }
}
