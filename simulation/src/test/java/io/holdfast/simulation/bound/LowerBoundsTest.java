package io.holdfast.simulation.bound;

import static io.holdfast.simulation.TestPods.ask;
import static io.holdfast.simulation.TestPods.node;
import static io.holdfast.simulation.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

class LowerBoundsTest {

    @Test
    void shouldCountAllDimensionsAtOnceWhenNodesDiffer() {
        // 10 of cpu are one node of much cpu, 10 of memory one of much memory; together two
        List<Node> nodes = List.of(node("cpu", 10, 1, 0), node("memory", 1, 10, 0), node("both", 2, 2, 0));
        List<Pod> pods = List.of(pod("a", ask(5, 5, 0, 0)), pod("b", ask(5, 5, 0, 0)));

        assertThat(LowerBounds.of(nodes, pods)).isEqualTo(new LowerBounds(1, 2));
    }

    @Test
    void shouldTakeTheLargestNodesFirst() {
        List<Node> nodes = List.of(node("a", 1, 9, 0), node("b", 4, 9, 0), node("c", 2, 9, 4));

        assertThat(LowerBounds.of(nodes, List.of(pod("a", ask(5, 1, 0, 0))))).isEqualTo(new LowerBounds(2, 2));
        assertThat(LowerBounds.of(nodes, List.of(pod("a", ask(1, 1, 4, 1000))))).isEqualTo(new LowerBounds(1, 1));
    }

    @Test
    void shouldBeAllNodesWhenTheyHaveNotEnough() {
        List<Node> nodes = List.of(node("a", 1, 9, 0), node("b", 4, 9, 0));

        assertThat(LowerBounds.of(nodes, List.of(pod("a", ask(6, 1, 0, 0))))).isEqualTo(new LowerBounds(2, 2));
    }

    @Test
    void shouldBeNoneWhenNothingIsAskedFor() {
        assertThat(LowerBounds.of(List.of(node("a", 1, 1, 0)), List.of())).isEqualTo(new LowerBounds(0, 0));
    }
}
