package io.holdfast.simulation.peer;

import static io.holdfast.simulation.TestPods.ask;
import static io.holdfast.simulation.TestPods.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.Trial;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values were worked out by hand. */
class PeersTest {
    /** The first is half full in cpu and a quarter in memory, and has one GPU whole and one of which 400 are left; the second is empty. */
    private final NodeTable nodes = NodeTable.of(List.of(node("a", 8000, 8000, 2), node("b", 4000, 16000, 0)));

    PeersTest() {
        Trial trial = new BestFitEngine().open(nodes);
        trial.place(new PlacementRequest("before", ask(4000, 2000, 1, 600)));
        trial.keep();
        assertThat(nodes.freeCpu(0)).isEqualTo(4000);
    }

    @Test
    void shouldScoreAsNomad() {
        Formula formula = Formulas.nomad(new Room(nodes));

        // free after it: a quarter of cpu and half of memory; half of cpu and three quarters of memory
        assertThat(formula.score(0, ask(2000, 2000, 0, 0)))
                .isCloseTo(20 - Math.pow(10, 0.25) - Math.pow(10, 0.5), within(1e-12));
        assertThat(formula.score(1, ask(2000, 4000, 0, 0)))
                .isCloseTo(20 - Math.pow(10, 0.5) - Math.pow(10, 0.75), within(1e-12));
        assertThat(formula.score(1, ask(4000, 16000, 0, 0))).isEqualTo(18);
        assertThat(formula.score(1, ask(0, 0, 0, 0))).isZero();
    }

    @Test
    void shouldScoreAsKubernetes() {
        Room room = new Room(nodes);
        Ask ask = ask(1000, 1000, 0, 0);

        // used: 62 and 37 of 100; 25 and 6
        assertThat(Formulas.mostAllocated(room).score(0, ask)).isEqualTo(49);
        assertThat(Formulas.mostAllocated(room).score(1, ask)).isEqualTo(15);
        // free: 37 and 62; 75 and 93
        assertThat(Formulas.leastAllocated(room).score(0, ask)).isEqualTo(49);
        assertThat(Formulas.leastAllocated(room).score(1, ask)).isEqualTo(84);
    }

    @Test
    void shouldScoreOverCpuAndGpusWhenThereAreAny() {
        Room room = new Room(nodes);
        Ask ask = ask(2000, 1000, 1, 400);

        // cpu 4000/8000 x 2000/8000 = 0.125; GPU 1400/2000 x 400/2000 = 0.14
        assertThat(Formulas.dotProduct(room).score(0, ask)).isEqualTo(86);
        // left: cpu 2000/8000, GPU 1000/2000
        assertThat(Formulas.bestFit(room).score(0, ask)).isEqualTo(62);
    }

    @Test
    void shouldScoreOverCpuAndMemoryWhenThereAreNoGpus() {
        Room room = new Room(NodeTable.of(List.of(node("a", 8000, 8000, 0))));
        Ask ask = ask(2000, 4000, 0, 0);

        // 1 x 0.25 and 1 x 0.5
        assertThat(Formulas.dotProduct(room).score(0, ask)).isEqualTo(62);
        assertThat(Formulas.bestFit(room).score(0, ask)).isEqualTo(37);
    }

    @Test
    void shouldPreferSharedThenUsedThenEmptyWhenPacking() {
        Formula formula = Formulas.packing(new Room(nodes));

        assertThat(formula.score(0, ask(1, 1, 0, 0))).isZero();
        // of the one with 400 left: 100 - 40/10
        assertThat(formula.score(0, ask(1, 1, 1, 300))).isEqualTo(96);
        // a whole one of a node in use: 50 - 1
        assertThat(formula.score(0, ask(1, 1, 1, 1000))).isEqualTo(49);
        Formula empty = Formulas.packing(new Room(NodeTable.of(List.of(node("a", 1, 1, 8)))));
        // 33 less the 8 that are whole
        assertThat(empty.score(0, ask(1, 1, 1, 300))).isEqualTo(25);
    }

    @Test
    void shouldCountWhatTheTypicalPodCannotUse() {
        Fragmentation fgd = new Fragmentation(
                new Room(nodes), List.of(ask(1000, 1, 1, 500), ask(1000, 1, 1, 500), ask(1000, 1, 0, 0)));

        // shares cannot use the 400; the pod without GPU none of the 1400
        assertThat(fgd.fragmented(4000, new int[] {400, 1000})).isCloseTo((2 * 400 + 1400) / 3.0, within(1e-9));
        // too little cpu for any
        assertThat(fgd.fragmented(999, new int[] {400, 1000})).isEqualTo(1400);
    }

    @Test
    void shouldTakeTheDeviceThatLeavesTheLeastUseless() {
        Fragmentation fgd = new Fragmentation(new Room(nodes), List.of(ask(1000, 1, 1, 400)));
        int shared = nodes.devices(0).free(0)[0] == 400 ? 0 : 1;

        assertThat(fgd.device(0, ask(1000, 1, 1, 400))).isEqualTo(shared);
        // before: nothing is useless; after, nothing either: 100 / (1 + 1)
        assertThat(fgd.score(0, ask(1000, 1, 1, 400))).isEqualTo(50);
        // 100 of the 400 would be left, and useless: 100 / (1 + e^0.1); of the whole one 700, of use
        assertThat(fgd.score(0, ask(1000, 1, 1, 300))).isEqualTo(50);
        assertThat(fgd.device(0, ask(1000, 1, 1, 300))).isEqualTo(1 - shared);
    }

    @ParameterizedTest
    @CsvSource({"1,2", "4,2", "5,3", "1000,10", "1024,10", "1025,11"})
    void shouldSampleTheLogarithmOfTheNodesWhenNomadPlacesAService(int nodes, int sample) {
        assertThat(Formulas.nomadService(nodes)).isEqualTo(sample);
    }

    @Test
    void shouldTakeTheLowestRowWhenScoresAreEqual() {
        NodeTable equal = NodeTable.of(List.of(node("a", 1, 1, 0), node("b", 2, 2, 0), node("c", 2, 2, 0)));
        Ask ask = ask(2, 2, 0, 0);

        for (PlacementEngine engine : List.of(Peers.mostAllocated(), Peers.bestFit(), Peers.fgd(List.of(ask)))) {
            assertThat(engine.on(equal).choose(new PlacementRequest("p", ask), Chain.demand(equal, ask)))
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldChooseOnlyAmongThoseThatPassTheFiltersWhenItIsChance() {
        NodeTable some =
                NodeTable.of(List.of(node("a", 9, 9, 1).withEligible(false), node("b", 1, 9, 1), node("c", 9, 9, 1)));
        Ask ask = ask(2, 2, 1, 300);

        for (long seed = 0; seed < 20; seed++) {
            for (PlacementEngine engine : List.of(Peers.random(seed), Peers.nomad(seed), Peers.nomadBatch(seed))) {
                assertThat(engine.on(some).choose(new PlacementRequest("p", ask), Chain.demand(some, ask)))
                        .isEqualTo(2);
            }
        }
    }
}
