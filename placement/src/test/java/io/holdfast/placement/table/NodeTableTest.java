package io.holdfast.placement.table;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Placement;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Ports;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.request.Requirements.DistinctValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTableTest {

    @Test
    void shouldKeepWhatIsHeldWhenANodeChanges() {
        NodeTable table = NodeTable.of(List.of(node("a", 1000, GI)));
        table.hold(new Holding("x", "a", Ask.of(needs(400, GI / 2)), Grant.NONE));

        table.put(node("a", 2000, 4 * GI));

        assertThat(table.freeCpu(0)).isEqualTo(1600);
        table.release("x");
        table.release("x");
        assertThat(table.freeCpu(0)).isEqualTo(2000);
    }

    @Test
    void shouldGiveTheRowOfANodeThatIsGoneToTheNext() {
        NodeTable table = NodeTable.of(List.of(node("a", 1000, GI), node("b", 1000, GI)));
        table.hold(new Holding("x", "a", Ask.of(needs(400, GI / 2)), Grant.NONE));

        table.remove("a");
        table.remove("never-there");
        table.put(node("c", 1000, GI));

        assertThat(table.rowOf("a")).isEqualTo(-1);
        assertThat(table.rowOf("c")).isZero();
        assertThat(table.freeCpu(0)).isEqualTo(1000);
        assertThat(table.holding("x")).isEmpty();
        assertThat(table.hold(new Holding("y", "a", Ask.of(needs(1, 1)), Grant.NONE)))
                .isFalse();
    }

    @Test
    void shouldHoldTheSameAllocationOnce() {
        NodeTable table = NodeTable.of(List.of(node("a", 1000, GI), node("b", 1000, GI)));
        table.hold(new Holding("x", "a", Ask.of(needs(400, 0)), Grant.NONE));
        table.hold(new Holding("x", "b", Ask.of(needs(300, 0)), Grant.NONE));

        assertThat(table.freeCpu(0)).isEqualTo(1000);
        assertThat(table.freeCpu(1)).isEqualTo(700);
        assertThat(table.holdings(1)).hasSize(1);
    }

    @Test
    void shouldNotOverflowAtTheLargestAmounts() {
        long most = Needs.MAX_AMOUNT;
        NodeTable table = NodeTable.of(
                List.of(new Node("a", "a", new Capacity(most, most, most, most), Map.of()), node("b", 1000, GI)));
        Ask all = Ask.of(new Resources(most, 0, most, 0, most, 0, "", 0, most));

        List<Placement> answers = new BestFitEngine()
                .place(table, List.of(new PlacementRequest("x", all), new PlacementRequest("y", all)));

        assertThat(answers.get(0)).isInstanceOf(Placement.Placed.class);
        assertThat(answers.get(1)).isInstanceOf(Placement.Unplaced.class);
        for (int i = 0; i < Node.MAX_ALLOCATIONS; i++) {
            table.hold(new Holding("h" + i, "b", all, Grant.NONE));
        }
        assertThat(table.freeCpu(1)).isEqualTo(1000 - Node.MAX_ALLOCATIONS * most);
    }

    @Test
    void shouldPlaceOnlyWhatNeedsNothingOnANodeWithoutCapacity() {
        NodeTable table = NodeTable.of(List.of(node("a", 0, 0)));

        assertThat(new BestFitEngine()
                        .place(table, List.of(new PlacementRequest("x", Ask.of(needs(0, 0)))))
                        .get(0))
                .isInstanceOf(Placement.Placed.class);
        assertThat(new BestFitEngine()
                        .place(table, List.of(new PlacementRequest("x", Ask.of(needs(1, 0)))))
                        .get(0))
                .isInstanceOf(Placement.Unplaced.class);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        refused(() -> node("a", -1, 0), "node a has -1 of cpu, not 0 to 9007199254740992");
        refused(
                () -> node("a", 1, 1).withCounted(Map.of("license", -2L)),
                "node a has -2 of license, not 0 to 9007199254740992");
        refused(() -> node("a", 1, 1).withMaxAllocations(501), "node a takes 501 allocations, not 0 to 500");
        refused(() -> Ask.of(needs(-5, 0)), "the need of cpu is not 0 to 9007199254740992: -5");
        refused(() -> Needs.of(needs(1, 1)).withPorts(List.of(80, 80), 0), "a static port stands twice in [80, 80]");
        refused(() -> Needs.of(needs(1, 1)).withPorts(List.of(70_000), 0), "static port 70000 is not 1 to 65535");
        refused(() -> new Ports(10, 5), "ports 10 to 5 are no range within 1 to 65535");
        refused(() -> DeviceAsk.whole("gpu", 0), "a count of 0 devices of kind gpu is below 1");
        refused(() -> DeviceAsk.share("gpu", 1001), "1001 thousandths of a device of kind gpu are not 1 to 1000");
        refused(() -> new DeviceAsk("gpu", List.of(), 2, 500), "a share is of one device of kind gpu, not of 2");
        refused(() -> new DistinctValue("rack", 0), "a limit of 0 siblings for each value of rack is below 1");
        refused(() -> new Affinity(null, 0), "an affinity of weight 0 is not -100 to 100 without 0");
        refused(() -> new Spread("zone", 0, Map.of()), "a spread of weight 0 is not 1 to 100");
        refused(
                () -> new Spread("zone", 1, Map.of("a", 60, "b", 50)),
                "the shares of a spread over zone are 110 percent, above 100");
    }

    private static void refused(Runnable making, String message) {
        assertThatThrownBy(making::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
