package io.holdfast.placement;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static io.holdfast.placement.Nodes.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.placement.repack.Budget;
import io.holdfast.placement.repack.Goal;
import io.holdfast.placement.repack.Move;
import io.holdfast.placement.repack.Repacker;
import io.holdfast.placement.repack.Repacking;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.request.Requirements.DistinctValue;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepackerTest {
    private final Repacker repacker = new Repacker(new BestFitEngine());

    @Test
    void shouldRefuseBudgetsBelowNone() {
        refused(() -> Budget.of(-1), "a budget of -1 moves is below 0");
        refused(() -> Budget.of(1).withMovesPerGroup(-2, Map.of()), "a limit of -2 moves for each group is below 0");
        refused(
                () -> Budget.of(1).withMovesPerGroup(1, Map.of("p/j/g", -3)),
                "a limit of -3 moves for group p/j/g is below 0");
    }

    @Test
    void shouldPlanNothingWhereNothingCanBeDone() {
        assertThat(repacker.plan(new NodeTable(), Budget.UNLIMITED, Goal.NODES))
                .isEqualTo(new Repacking(List.of(), List.of(), 0));
        NodeTable table = threeNodes();
        assertThat(repacker.plan(table, Budget.of(0), Goal.NODES).moves()).isEmpty();
        assertThat(repacker.plan(table, Budget.UNLIMITED, Goal.DEVICES).moves()).isEmpty();
    }

    @Test
    void shouldEmptyTheNodeThatCostsTheFewestMoves() {
        Repacking plan = repacker.plan(threeNodes(), Budget.of(1), Goal.NODES);

        assertThat(plan.nodes()).containsExactly("one");
        assertThat(plan.moves()).containsExactly(new Move("b", "one", "full", Grant.NONE));
    }

    @Test
    void shouldLeaveANodeAloneWhoseAllocationsMayNotMove() {
        NodeTable table = threeNodes();

        assertThat(repacker.plan(table, Budget.UNLIMITED.withStaying("a", "b"), Goal.NODES)
                        .nodes())
                .containsExactly("two");
        assertThat(repacker.plan(table, Budget.UNLIMITED.withMovesPerGroup(1, Map.of("j/a", 0, "j/b", 0)), Goal.NODES)
                        .nodes())
                .isEmpty();
    }

    @Test
    void shouldMoveWithinAZoneThatMayHaveOneOnly() {
        NodeTable table = table(zoned("a"), zoned("b"));
        Ask ask =
                Ask.of(needs(100, 0)).in("j", "j/g").with(Requirements.NONE.withDistinct(new DistinctValue("zone", 1)));
        hold(table, "x", "a", ask);
        hold(table, "y", "b", Ask.of(needs(200, 0)));

        assertThat(repacker.plan(table, Budget.UNLIMITED, Goal.NODES).moves())
                .containsExactly(new Move("x", "a", "b", Grant.NONE));
    }

    @Test
    void shouldMakeDevicesWhole() {
        NodeTable table = table(
                node("a", 9000, 9 * GI).withDevices(new DeviceGroup("gpu", "m", 2)),
                node("b", 9000, 9 * GI).withDevices(new DeviceGroup("gpu", "m", 2)));
        share(table, "x", "a", 0, 300);
        share(table, "y", "a", 1, 300);
        share(table, "z", "b", 0, 500);

        Repacking plan = repacker.plan(table, Budget.UNLIMITED, Goal.DEVICES);

        assertThat(plan.devices()).isEqualTo(1);
        assertThat(plan.nodes()).isEmpty();
        assertThat(plan.moves()).containsExactly(new Move("x", "a", "b", gpu(0, 300)));
    }

    /** One full but for a little, one with one allocation, one with two. */
    private static NodeTable threeNodes() {
        NodeTable table = table(node("full", 1000, GI), node("one", 1000, GI), node("two", 1000, GI));
        hold(table, "a", "full", Ask.of(needs(600, 0)).in("j", "j/a"));
        hold(table, "b", "one", Ask.of(needs(250, 0)).in("j", "j/b"));
        hold(table, "c", "two", Ask.of(needs(200, 0)).in("j", "j/c"));
        hold(table, "d", "two", Ask.of(needs(200, 0)).in("j", "j/c"));
        return table;
    }

    private static Node zoned(String id) {
        return node(id, 1000, GI, Map.of("zone", "z"));
    }

    private static void share(NodeTable table, String id, String nodeId, int index, int thousandths) {
        Ask ask = Ask.of(needs(0, 0)).with(Needs.of(needs(100, 0)).withDevices(DeviceAsk.share("gpu", thousandths)));
        table.hold(new Holding(id, nodeId, ask, gpu(index, thousandths)));
    }

    private static Grant gpu(int index, int thousandths) {
        return new Grant(List.of(), List.of(new Grant.Devices("gpu", "m", List.of(index), thousandths)));
    }

    private static void hold(NodeTable table, String id, String nodeId, Ask ask) {
        table.hold(new Holding(id, nodeId, ask, Grant.NONE));
    }

    private static void refused(Runnable making, String message) {
        assertThatThrownBy(making::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
