package io.holdfast.placement;

import static io.holdfast.placement.Rows.GI;
import static io.holdfast.placement.Rows.equal;
import static io.holdfast.placement.Rows.needs;
import static io.holdfast.placement.Rows.node;
import static io.holdfast.placement.Rows.notEqual;
import static io.holdfast.placement.Rows.request;
import static io.holdfast.placement.Rows.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.NodeTable.Row;
import io.holdfast.placement.Placement.Placed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BestFitEngineTest {
    private final PlacementEngine engine = new BestFitEngine();

    @Test
    void shouldPackOntoTheFullestNodeThatFits() {
        List<Row> rows = List.of(
                node("empty", 4000, 8 * GI),
                used("half", 4000, 8 * GI, 2000, 4 * GI),
                used("full", 4000, 8 * GI, 3900, 7 * GI));

        assertThat(nodesOf(rows, request("a", needs(1000, GI)))).containsExactly("half");
    }

    @Test
    void shouldFillOneNodeBeforeTheNextWhenManyInstancesCome() {
        List<Row> rows = List.of(node("a", 4000, 8 * GI), node("b", 4000, 8 * GI));

        assertThat(nodesOf(rows, times(6, request("x", needs(1000, GI)))))
                .containsExactly("a", "a", "a", "a", "b", "b");
    }

    @Test
    void shouldLeaveTheLargeNodeFreeWhenASmallOneTakesIt() {
        List<Row> rows = List.of(node("large", 64_000, 256 * GI), node("small", 2000, 4 * GI));

        assertThat(nodesOf(rows, request("x", needs(1000, GI)), request("y", needs(60_000, 200 * GI))))
                .containsExactly("small", "large");
    }

    @Test
    void shouldSeeWhatEarlierRequestsOfTheBatchTook() {
        List<Row> rows = List.of(node("a", 1000, 8 * GI));

        assertThat(nodesOf(
                        rows, request("x", needs(600, GI)), request("y", needs(600, GI)), request("z", needs(400, GI))))
                .containsExactly("a", "-", "a");
    }

    @Test
    void shouldTakeAnAvoidedNodeOnlyWhenNoOtherFits() {
        List<Row> rows = List.of(used("best", 4000, 8 * GI, 2900, 6 * GI), node("other", 4000, 8 * GI));
        PlacementRequest request =
                new PlacementRequest("x", needs(1000, GI), List.of(), "", List.of("best", "long-gone"));
        PlacementRequest large = new PlacementRequest("y", needs(4000, 2 * GI), List.of(), "", List.of("other"));

        assertThat(nodesOf(rows, request)).containsExactly("other");
        assertThat(nodesOf(rows, large)).containsExactly("other");
    }

    @Test
    void shouldSpreadSiblingsOnlyWhereTheScoreIsEqual() {
        List<Row> rows = List.of(node("a", 4000, 8 * GI), node("b", 4000, 8 * GI), node("c", 8000, 16 * GI));
        PlacementRequest first =
                new PlacementRequest("x", needs(1000, GI), List.of(), "job.group", List.of(), List.of("a"));
        PlacementRequest second =
                new PlacementRequest("y", needs(1000, GI), List.of(), "job.group", List.of(), List.of("a"));

        // b is as good as a and has no sibling; after that it is the fuller one, and packing decides
        assertThat(nodesOf(rows, first, second)).containsExactly("b", "b");
    }

    @Test
    void shouldSpreadSiblingsThatNeedNothingTheScoreCounts() {
        List<Row> rows = List.of(node("a", 4000, 8 * GI), node("b", 4000, 8 * GI));
        PlacementRequest request =
                new PlacementRequest("x", new Resources(0, 0, 0, 0, 1), List.of(), "job.group", List.of(), List.of());

        assertThat(nodesOf(rows, times(4, request))).containsExactly("a", "b", "a", "b");
    }

    @Test
    void shouldHonourEveryConstraint() {
        List<Row> rows = List.of(
                Rows.attributes(node("arm", 4000, 8 * GI), Map.of("node.arch", "arm64", "rack", "r1")),
                Rows.attributes(node("amd-r1", 4000, 8 * GI), Map.of("node.arch", "amd64", "rack", "r1")),
                Rows.attributes(node("amd-r2", 4000, 8 * GI), Map.of("node.arch", "amd64", "rack", "r2")),
                Rows.attributes(node("bare", 4000, 8 * GI), Map.of()));

        assertThat(nodesOf(
                        rows,
                        request("x", needs(100, GI), equal("node.arch", "amd64"), notEqual("rack", "r1")),
                        request(
                                "no attribute is not equal",
                                needs(4000, GI),
                                notEqual("rack", "r1"),
                                notEqual("rack", "r2")),
                        request("by id", needs(100, GI), equal("node.id", "arm")),
                        request("by name", needs(100, GI), equal("node.name", "node-arm")),
                        request("nothing has it", needs(100, GI), equal("rack", "r3"))))
                .containsExactly("amd-r2", "bare", "arm", "arm", "-");
    }

    @Test
    void shouldTakeNoNodeThatIsNotEligibleOrFullOfAllocations() {
        List<Row> rows = List.of(
                Rows.ineligible(node("a", 4000, 8 * GI)),
                Rows.holding(node("b", 4000, 8 * GI), Dimension.MAX_ALLOCATIONS_PER_NODE - 1));

        assertThat(nodesOf(rows, times(2, request("x", needs(1, 1))))).containsExactly("b", "-");
    }

    @Test
    void shouldPutNothingOnANodeThatShrankUnderItsWork() {
        List<Row> rows = List.of(used("a", 1000, GI, 2000, 2 * GI));

        assertThat(nodesOf(rows, request("x", new Resources(0, 0, 0, 0, 0)))).containsExactly("-");
    }

    private static Row having(Row row, long... layers) {
        return new Row(
                row.nodeId(),
                row.name(),
                row.capacity(),
                row.used(),
                row.allocations(),
                row.eligible(),
                row.attributes(),
                LayerHashes.of(layers));
    }

    private static PlacementRequest of(Resources resources, List<String> avoid, Layer... layers) {
        return new PlacementRequest("x", resources, List.of(), "", avoid, List.of(), List.of(layers));
    }

    @Test
    void shouldPreferTheNodeWithMoreOfTheImageWhereAllElseIsEqual() {
        Layer base = new Layer(1, 1_000);
        Layer top = new Layer(2, 10);
        List<Row> rows = List.of(
                having(node("none", 4000, 8 * GI)),
                having(node("top", 4000, 8 * GI), 2, 3, 4),
                having(node("base", 4000, 8 * GI), 1));

        assertThat(nodesOf(rows, of(needs(1000, GI), List.of(), base, top))).containsExactly("base");
        assertThat(nodesOf(rows, of(needs(1000, GI), List.of(), top))).containsExactly("top");
        assertThat(nodesOf(rows, of(needs(1000, GI), List.of(), new Layer(9, 0))))
                .containsExactly("none");
        assertThat(nodesOf(rows, times(6, of(needs(1000, GI), List.of(), base))))
                .containsExactly("base", "base", "base", "base", "none", "none");
    }

    @Test
    void shouldLetRoomConstraintsPackingAndAvoidanceWinOverLayers() {
        Layer layer = new Layer(1, 1_000);
        Row has = having(node("has", 4000, 8 * GI), 1);

        assertThat(nodesOf(
                        List.of(having(node("has", 500, GI), 1), node("room", 4000, 8 * GI)),
                        of(needs(1000, GI), List.of(), layer)))
                .containsExactly("room");
        assertThat(nodesOf(
                        List.of(has, used("packed", 4000, 8 * GI, 3000, 6 * GI)),
                        of(needs(1000, GI), List.of(), layer)))
                .containsExactly("packed");
        assertThat(nodesOf(List.of(has, node("other", 4000, 8 * GI)), of(needs(1000, GI), List.of("has"), layer)))
                .containsExactly("other");
        PlacementRequest elsewhere = new PlacementRequest(
                "x", needs(1000, GI), List.of(notEqual("node.id", "has")), "", List.of(), List.of(), List.of(layer));
        assertThat(nodesOf(List.of(has, node("other", 4000, 8 * GI)), elsewhere))
                .containsExactly("other");
    }

    @Test
    void shouldScoreBetweenZeroAndOne() {
        Placed full = placed(List.of(node("a", 1000, GI)), request("x", needs(1000, GI)));
        Placed avoided = placed(
                List.of(node("a", 1_000_000, 1000 * GI)),
                new PlacementRequest("x", needs(1, 1), List.of(), "", List.of("a")));

        Placed whole =
                placed(List.of(having(node("a", 1000, GI), 1)), of(needs(1000, GI), List.of(), new Layer(1, 1_000)));

        assertThat(full.score()).isEqualTo(1);
        assertThat(whole.score()).isEqualTo(1);
        assertThat(avoided.score()).isBetween(0.0, 0.001);
    }

    @Test
    void shouldRefuseATableThatNamesANodeTwice() {
        NodeTable table = new NodeTable(List.of(node("a", 1, 1), node("a", 1, 1)));

        assertThatThrownBy(() -> engine.place(table, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node a stands twice in the table of nodes");
    }

    private Placed placed(List<Row> rows, PlacementRequest request) {
        return (Placed) engine.place(new NodeTable(rows), List.of(request)).get(0);
    }

    private List<String> nodesOf(List<Row> rows, PlacementRequest... requests) {
        return engine.place(new NodeTable(rows), List.of(requests)).stream()
                .map(placement -> placement instanceof Placed placed ? placed.nodeId() : "-")
                .toList();
    }

    private static PlacementRequest[] times(int count, PlacementRequest request) {
        return Collections.nCopies(count, request).toArray(PlacementRequest[]::new);
    }
}
