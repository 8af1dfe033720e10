package io.holdfast.placement;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.equal;
import static io.holdfast.placement.Nodes.hold;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static io.holdfast.placement.Nodes.notEqual;
import static io.holdfast.placement.Nodes.of;
import static io.holdfast.placement.Nodes.request;
import static io.holdfast.placement.Nodes.table;
import static io.holdfast.placement.Nodes.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.Placement.Part;
import io.holdfast.placement.Placement.Placed;
import io.holdfast.placement.Placement.Unplaced;
import io.holdfast.placement.device.Workload;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Ports;
import io.holdfast.placement.request.Preferences;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.request.Requirements.DistinctValue;
import io.holdfast.placement.table.Fit;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BestFitEngineTest {
    private final PlacementEngine engine = new BestFitEngine();

    @Test
    void shouldPackOntoTheFullestNodeThatFits() {
        NodeTable table = table(node("empty", 4000, 8 * GI), node("half", 4000, 8 * GI), node("full", 4000, 8 * GI));
        use(table, "half", 2000, 4 * GI);
        use(table, "full", 3900, 7 * GI);

        assertThat(nodesOf(table, request("a", needs(1000, GI)))).containsExactly("half");
    }

    @Test
    void shouldTakeTheEmptiestWhereNodesAreBalanced() {
        NodeTable table = new NodeTable(node -> Fit.BALANCE);
        List.of("a", "b", "c").forEach(id -> table.put(node(id, 4000, 8 * GI)));

        assertThat(nodesOf(table, times(6, request("x", needs(1000, GI)))))
                .containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void shouldFillOneNodeBeforeTheNextWhenManyInstancesCome() {
        assertThat(nodesOf(
                        table(node("a", 4000, 8 * GI), node("b", 4000, 8 * GI)),
                        times(6, request("x", needs(1000, GI)))))
                .containsExactly("a", "a", "a", "a", "b", "b");
    }

    @Test
    void shouldLeaveTheLargeNodeFreeWhenASmallOneTakesIt() {
        NodeTable table = table(node("large", 64_000, 256 * GI), node("small", 2000, 4 * GI));

        assertThat(nodesOf(table, request("x", needs(1000, GI)))).containsExactly("small");
        // together the large one comes first, and what is left beside it is fuller than a node of its own
        assertThat(nodesOf(table, request("x", needs(1000, GI)), request("y", needs(60_000, 200 * GI))))
                .containsExactly("large", "large");
    }

    @Test
    void shouldPlaceTheHigherPriorityFirstWhateverTheOrder() {
        NodeTable table = table(node("a", 1000, 8 * GI));
        PlacementRequest low = of(Ask.of(needs(600, GI)).withPriority(10));
        PlacementRequest high = of(Ask.of(needs(500, GI)).withPriority(90));

        assertThat(nodesOf(table, low, high)).containsExactly("-", "a");
    }

    @Test
    void shouldPlaceAGangAsAWholeOrNotAtAll() {
        NodeTable table = table(node("a", 1000, 8 * GI), node("b", 1000, 8 * GI));
        Ask ask = Ask.of(needs(600, GI));
        PlacementRequest[] three = times(3, new PlacementRequest("x", ask, List.of(), "ring"));
        List<PlacementRequest> requests = new ArrayList<>(List.of(three));
        requests.add(of(Ask.of(needs(700, GI))));

        List<Placement> answers = engine.place(table, requests);

        assertThat(nodesOf(answers)).containsExactly("-", "-", "-", "a");
        assertThat(((Unplaced) answers.get(0)).message())
                .isEqualTo("gang ring has nodes for 2 of 3 and is placed as a whole; for the next:"
                        + " 2 nodes lack cpu: need 600m, nearest miss 400m free on node-a");
        assertThat(nodesOf(table, times(2, new PlacementRequest("x", ask, List.of(), "ring"))))
                .containsExactly("a", "b");
    }

    @Test
    void shouldFindRoomThatOthersGiveBackWhileItPlaces() {
        NodeTable table = hold(table(node("a", 1000, 8 * GI)), "a", Ask.of(needs(800, GI)));
        PlacementRequest request = request("x", needs(500, GI));

        try (Trial trial = engine.open(table)) {
            assertThat(trial.place(request)).isInstanceOf(Unplaced.class);
            table.release("held0");
            assertThat(trial.place(request)).isInstanceOf(Placed.class);
        }
    }

    @Test
    void shouldTakeANodeItFailedOnOnlyWhenNoOtherFits() {
        NodeTable table = table(node("best", 4000, 8 * GI), node("other", 4000, 8 * GI));
        use(table, "best", 2900, 6 * GI);

        assertThat(nodesOf(table, of(Ask.of(needs(1000, GI)), "best", "long-gone")))
                .containsExactly("other");
        assertThat(nodesOf(table, of(Ask.of(needs(4000, 2 * GI)), "other"))).containsExactly("other");
    }

    @Test
    void shouldSpreadSiblingsWhereTheScoreIsEqual() {
        NodeTable table = table(node("a", 4000, 8 * GI), node("b", 4000, 8 * GI), node("c", 8000, 16 * GI));
        Ask ask = Ask.of(new Resources(0, 0, 0, 0, 1)).in("job", "job/group");
        hold(table, "a", ask);

        assertThat(nodesOf(table, times(4, of(ask)))).containsExactly("b", "c", "a", "b");
    }

    @Test
    void shouldKeepSiblingsOnDistinctNodesAndBelowTheLimitOfAValue() {
        NodeTable table = table(
                node("a", 9000, 8 * GI, Map.of("rack", "1")),
                node("b", 9000, 8 * GI, Map.of("rack", "1")),
                node("c", 9000, 8 * GI, Map.of("rack", "2")),
                node("d", 9000, 8 * GI, Map.of()));
        Ask ask = Ask.of(needs(1000, GI)).in("j", "j/g");

        assertThat(nodesOf(table, times(5, of(ask.with(Requirements.NONE.onDistinctNodes())))))
                .containsExactly("a", "b", "c", "d", "-");
        assertThat(nodesOf(table, times(5, of(ask.with(Requirements.NONE.withDistinct(new DistinctValue("rack", 2)))))))
                .containsExactly("a", "a", "c", "c", "-");
    }

    @Test
    void shouldKeepJobsApartWhicheverComesFirst() {
        NodeTable table = table(node("a", 9000, 8 * GI), node("b", 9000, 8 * GI));
        Ask loud = Ask.of(needs(1000, GI)).in("loud", "loud/g");
        Ask shy = Ask.of(needs(1000, GI)).in("shy", "shy/g").with(Requirements.NONE.apartFrom("loud"));

        assertThat(nodesOf(table, of(loud), of(shy), of(loud), of(shy))).containsExactly("a", "b", "a", "b");
        hold(table, "b", shy);
        hold(table, "a", shy);
        assertThat(nodesOf(table, of(loud))).containsExactly("-");
    }

    @Test
    void shouldHonourPoolsAndDatacenters() {
        NodeTable table = table(
                node("a", 9000, 8 * GI, Map.of(Node.POOL, "gpu", Node.DATACENTER, "fra")),
                node("b", 9000, 8 * GI, Map.of(Node.DATACENTER, "ams")));
        Ask ask = Ask.of(needs(1000, GI));

        assertThat(nodesOf(
                        table,
                        of(ask.with(Requirements.NONE.in("gpu", List.of()))),
                        of(ask.with(Requirements.NONE.in("", List.of("ams", "lon")))),
                        of(ask.with(Requirements.NONE.in("gpu", List.of("ams"))))))
                .containsExactly("a", "b", "-");
    }

    @Test
    void shouldHonourEveryConstraint() {
        NodeTable table = table(
                node("arm", 4000, 8 * GI, Map.of("node.arch", "arm64", "rack", "r1")),
                node("amd-r1", 4000, 8 * GI, Map.of("node.arch", "amd64", "rack", "r1")),
                node("amd-r2", 4000, 8 * GI, Map.of("node.arch", "amd64", "rack", "r2")),
                node("bare", 4000, 8 * GI, Map.of()));

        assertThat(nodesOf(
                        table,
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
        NodeTable table = table(
                node("a", 4000, 8 * GI).withEligible(false),
                node("b", 4000, 8 * GI).withMaxAllocations(1));

        assertThat(nodesOf(table, times(2, request("x", needs(1, 1))))).containsExactly("b", "-");
    }

    @Test
    void shouldPutNothingOnANodeThatShrankUnderItsWork() {
        NodeTable table = use(table(node("a", 1000, GI)), "a", 2000, 2 * GI);

        assertThat(nodesOf(table, request("x", needs(1, 0)), request("y", needs(0, 1))))
                .containsExactly("-", "-");
    }

    @Test
    void shouldSpreadOverValuesByTheirShares() {
        NodeTable table = table(
                node("a", 90_000, 80 * GI, Map.of("zone", "a")),
                node("b", 90_000, 80 * GI, Map.of("zone", "b")),
                node("c", 90_000, 80 * GI, Map.of("zone", "c")),
                node("d", 90_000, 80 * GI, Map.of()));
        Ask ask = Ask.of(needs(1000, GI)).in("j", "j/g");

        assertThat(nodesOf(table, times(6, of(ask.with(Preferences.NONE.with(Spread.evenly("zone")))))))
                .containsExactly("a", "b", "c", "a", "b", "c");
        assertThat(Collections.frequency(
                        nodesOf(
                                table,
                                times(
                                        10,
                                        of(ask.with(Preferences.NONE.with(
                                                new Spread("zone", 50, Map.of("b", 70, "a", 30))))))),
                        "b"))
                .isEqualTo(7);
    }

    @Test
    void shouldFollowAffinitiesByTheirWeights() {
        NodeTable table = table(
                node("ssd", 9000, 8 * GI, Map.of("disk", "ssd", "gen", "1")),
                node("new", 9000, 8 * GI, Map.of("disk", "hdd", "gen", "2")));
        use(table, "new", 8000, 6 * GI);
        Ask ask = Ask.of(needs(1000, GI));

        assertThat(nodesOf(
                        table,
                        of(ask),
                        of(ask.with(Preferences.NONE.with(new Affinity(equal("disk", "ssd"), 10)))),
                        of(ask.with(Preferences.NONE.with(new Affinity(equal("gen", "2"), -10))))))
                .containsExactly("new", "ssd", "ssd");
        assertThat(nodesOf(
                        table,
                        of(ask.with(Preferences.NONE.with(
                                new Affinity(equal("disk", "ssd"), 10), new Affinity(equal("gen", "2"), 90))))))
                .containsExactly("new");
    }

    @Test
    void shouldPreferTheNodeWithMoreOfTheImageWhereAllElseIsEqual() {
        NodeTable table = table(
                node("none", 4000, 8 * GI),
                node("top", 4000, 8 * GI).withLayers(LayerHashes.of(new long[] {2, 3, 4})),
                node("base", 4000, 8 * GI).withLayers(LayerHashes.of(new long[] {1})));
        Layer base = new Layer(1, 1_000);
        Layer top = new Layer(2, 10);

        assertThat(nodesOf(table, with(base, top))).containsExactly("base");
        assertThat(nodesOf(table, with(top))).containsExactly("top");
        assertThat(nodesOf(table, with(new Layer(9, 0)))).containsExactly("none");
        assertThat(nodesOf(table, times(6, with(base))))
                .containsExactly("base", "base", "base", "base", "none", "none");
    }

    @Test
    void shouldLetRoomPackingAndFailureWinOverLayers() {
        Layer layer = new Layer(1, 1_000);
        Node has = node("has", 4000, 8 * GI).withLayers(LayerHashes.of(new long[] {1}));

        assertThat(nodesOf(use(table(has, node("packed", 4000, 8 * GI)), "packed", 3000, 6 * GI), with(layer)))
                .containsExactly("packed");
        assertThat(nodesOf(use(table(has, node("other", 4000, 8 * GI)), "has", 3500, GI), with(layer)))
                .containsExactly("other");
        assertThat(nodesOf(
                        table(has, node("other", 4000, 8 * GI)), of(with(layer).ask(), "has")))
                .containsExactly("other");
    }

    @Test
    void shouldGivePortsThatNobodyHas() {
        Node node = node("a", 9000, 8 * GI).withPorts(new Ports(100, 103));
        Needs needs = Needs.of(needs(100, GI));
        PlacementRequest dynamic = of(Ask.of(needs(100, GI)).with(needs.withPorts(List.of(), 2)));
        PlacementRequest fixed = of(Ask.of(needs(100, GI)).with(needs.withPorts(List.of(101, 8080), 0)));

        List<Placement> answers = engine.place(table(node), List.of(fixed, dynamic, fixed, dynamic));

        assertThat(nodesOf(answers)).containsExactly("a", "a", "-", "-");
        assertThat(((Placed) answers.get(1)).grant().ports()).containsExactly(100, 102);
        assertThat(((Unplaced) answers.get(2)).message()).isEqualTo("1 node has given away static ports 101, 8080");
        assertThat(((Unplaced) answers.get(3)).message())
                .isEqualTo("1 node lacks dynamic ports: need 2, nearest miss 1 free on node-a");
    }

    @Test
    void shouldGiveDevicesOfTheModelsAskedForAndSharesOfTheTightest() {
        NodeTable table = table(
                node("t4", 9000, 8 * GI).withDevices(new DeviceGroup("gpu", "t4", 2)),
                node("v100", 9000, 8 * GI).withDevices(new DeviceGroup("gpu", "v100", 4)));
        PlacementRequest share = device(DeviceAsk.share("gpu", 300).of(List.of("v100")));
        PlacementRequest whole = device(DeviceAsk.whole("gpu", 3));

        List<Placement> answers = engine.place(table, List.of(share, share, whole, whole, share));

        assertThat(nodesOf(answers)).containsExactly("v100", "v100", "v100", "-", "v100");
        assertThat(((Placed) answers.get(4)).grant().devices())
                .containsExactly(new Grant.Devices("gpu", "v100", List.of(0), 300));
        assertThat(((Placed) answers.get(2)).grant().devices())
                .containsExactly(new Grant.Devices("gpu", "v100", List.of(1, 2, 3), 1000));
        assertThat(((Unplaced) answers.get(3)).message())
                .startsWith("2 nodes lack gpu: need 3, nearest miss 2 free on node-t4");
    }

    @Test
    void shouldKeepInstancesWithoutDevicesOffNodesWhereTheyWouldWasteThem() {
        Ask feeder = Ask.of(needs(0, 0)).with(Needs.of(needs(4000, GI)).withDevices(DeviceAsk.whole("gpu", 1)));
        NodeTable table = table(
                node("gpu", 8000, 64 * GI).withDevices(new DeviceGroup("gpu", "t4", 2)),
                node("plain", 80_000, 64 * GI));
        PlacementEngine learned = new BestFitEngine(Workload.of(Collections.nCopies(10, feeder)));

        // by fullness alone the small node would be the better
        assertThat(nodesOf(learned.place(table, List.of(request("x", needs(1000, GI))))))
                .containsExactly("plain");
        assertThat(nodesOf(learned.place(table, List.of(of(feeder), of(feeder), of(feeder)))))
                .containsExactly("gpu", "gpu", "-");
    }

    @Test
    void shouldSayWhyHere() {
        NodeTable table = table(
                node("a", 1000, GI, Map.of("zone", "a")),
                node("b", 2000, 2 * GI, Map.of("zone", "b")),
                node("c", 100, GI, Map.of("zone", "b")));
        Ask ask = Ask.of(needs(1000, GI)).with(Preferences.NONE.with(new Affinity(equal("zone", "b"), 1)));

        Placed placed = (Placed) engine.place(table, List.of(of(ask))).get(0);

        assertThat(placed.best()).extracting(Placement.Candidate::nodeId).containsExactly("b", "a");
        assertThat(placed.best().get(0).parts()).containsExactly(new Part("fit", 6, 0.5), new Part("affinity", 12, 1));
        assertThat(placed.best().get(1).parts()).containsExactly(new Part("fit", 6, 1), new Part("affinity", 12, 0));
        assertThat(placed.score()).isEqualTo((6 * 0.5 + 12) / 18);
    }

    @Test
    void shouldScoreBetweenZeroAndOne() {
        Placed full = placed(table(node("a", 1000, GI)), request("x", needs(1000, GI)));
        Placed failed = placed(table(node("a", 1_000_000, 1000 * GI)), of(Ask.of(needs(1, 1)), "a"));

        assertThat(full.score()).isCloseTo(1, Offset.offset(1e-7));
        assertThat(failed.score()).isBetween(0.0, 0.001);
    }

    @Test
    void shouldRefuseATableThatNamesANodeTwice() {
        assertThatThrownBy(() -> table(node("a", 1, 1), node("a", 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node a stands twice in the table of nodes");
    }

    private static PlacementRequest device(DeviceAsk device) {
        return of(Ask.of(needs(0, 0)).with(Needs.of(needs(100, GI)).withDevices(device)));
    }

    private static PlacementRequest with(Layer... layers) {
        return of(Ask.of(needs(1000, GI)).with(Preferences.NONE.with(List.of(layers))));
    }

    private Placed placed(NodeTable table, PlacementRequest request) {
        return (Placed) engine.place(table, List.of(request)).get(0);
    }

    private List<String> nodesOf(NodeTable table, PlacementRequest... requests) {
        return nodesOf(engine.place(table, List.of(requests)));
    }

    private static List<String> nodesOf(List<Placement> answers) {
        return answers.stream()
                .map(answer -> answer instanceof Placed placed ? placed.nodeId() : "-")
                .toList();
    }

    private static PlacementRequest[] times(int count, PlacementRequest request) {
        return Collections.nCopies(count, request).toArray(PlacementRequest[]::new);
    }
}
