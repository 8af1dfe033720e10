package io.holdfast.placement;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.equal;
import static io.holdfast.placement.Nodes.hold;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static io.holdfast.placement.Nodes.of;
import static io.holdfast.placement.Nodes.request;
import static io.holdfast.placement.Nodes.table;
import static io.holdfast.placement.Nodes.use;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Constraint.Operator;
import io.holdfast.model.job.Resources;
import io.holdfast.placement.Placement.Unplaced;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.request.Requirements.Ability;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
    private final PlacementEngine engine = new BestFitEngine();

    @Test
    void shouldNameTheNearestMiss() {
        NodeTable table = table(node("1", 4000, 8 * GI), node("7", 4000, 8 * GI), node("8", 4000, 8 * GI));
        use(table, "1", 0, 7 * GI);
        use(table, "7", 0, 6 * GI);
        use(table, "8", 0, 7 * GI);

        Unplaced unplaced = unplaced(table, request("x", needs(100, 4 * GI)));

        assertThat(unplaced.message()).isEqualTo("3 nodes lack memory: need 4Gi, nearest miss 2Gi free on node-7");
        assertThat(unplaced.nodesByReason()).containsExactly(Map.entry("memory", 3));
    }

    @Test
    void shouldCountEachNodeAtTheFirstFilterItFailsInTheirOrder() {
        NodeTable table = table(
                node("a", 100, GI).withEligible(false),
                node("b", 4000, 8 * GI, Map.of("node.arch", "arm64")),
                node("c", 4000, 8 * GI).withMaxAllocations(0),
                node("d", 100, GI),
                node("e", 4000, GI));

        Unplaced unplaced = unplaced(table, request("x", needs(1000, 2 * GI), equal("node.arch", "amd64")));

        assertThat(unplaced.nodesByReason().keySet())
                .containsExactly("not-eligible", "constraint ${node.arch} = amd64", "allocations", "cpu", "memory");
        assertThat(unplaced.nodesByReason().values()).containsOnly(1);
        assertThat(unplaced.message())
                .isEqualTo("1 node takes no new work; 1 node does not meet ${node.arch} = amd64;"
                        + " 1 node lacks allocations: need 1, nearest miss 0 free on node-c,"
                        + " more than the largest of them has at all (0 on node-c);"
                        + " 1 node lacks cpu: need 1000m, nearest miss 100m free on node-d,"
                        + " more than the largest of them has at all (100m on node-d);"
                        + " 1 node lacks memory: need 2Gi, nearest miss 1Gi free on node-e,"
                        + " more than the largest of them has at all (1Gi on node-e)");
    }

    @Test
    void shouldNamePidsWhenOnlyTheyAreShort() {
        NodeTable table = hold(table(node("a", 4000, GI)), "a", Ask.of(new Resources(1, 0, 1, 0, 1)));

        Unplaced unplaced = unplaced(table, request("x", new Resources(1, 0, 1, 0, 10_000)));

        assertThat(unplaced.message()).isEqualTo("1 node lacks pids: need 10000, nearest miss 9999 free on node-a");
    }

    /** As of nodes that cannot hold tasks to a limit. */
    @Test
    void shouldNameDiskWhenANodeHasNoneToGive() {
        Resources limited = new Resources(1, 0, 1, 0, 1, 0, "", 0, GI);

        assertThat(unplaced(table(node("a", 4000, GI)), request("x", limited)).message())
                .startsWith("disk 1Gi is above the largest node (0 on node-a);"
                        + " 1 node lacks disk: need 1Gi, nearest miss 0 free on node-a");
    }

    @Test
    void shouldTellDevicesThatAreThereInSumButNotOneByOne() {
        NodeTable table = table(node("a", 9000, 8 * GI).withDevices(new DeviceGroup("gpu", "t4", 2)));
        Ask most = Ask.of(needs(0, 0)).with(Needs.of(needs(1, 1)).withDevices(DeviceAsk.share("gpu", 700)));
        List<PlacementRequest> three = List.of(of(most), of(most), of(most));

        Unplaced unplaced = (Unplaced) engine.place(table, three).get(2);

        assertThat(unplaced.message())
                .startsWith("1 node lacks gpu: need 700 thousandths, nearest miss 600 thousandths");
        Ask model = Ask.of(needs(0, 0))
                .with(Needs.of(needs(1, 1))
                        .withDevices(DeviceAsk.whole("gpu", 1).of(List.of("v100"))));
        assertThat(unplaced(table, of(model)).message())
                .isEqualTo("1 node has enough in sum, but not 1 whole gpu of model v100");
    }

    @Test
    void shouldBeginWithTheLargestNodeWhenMoreIsAskedForThanAnyHas() {
        NodeTable table = table(
                node("1", 4000, 8 * GI),
                node("7", 2000, 16 * GI).withEligible(false),
                node("8", 9000, 64 * GI).withDevices(new DeviceGroup("gpu", "t4", 2)));
        table.remove("8");

        assertThat(unplaced(table, request("x", needs(100, 64 * 1024 * GI))).message())
                .startsWith(
                        "memory 64Ti is above the largest node (16Gi on node-7); 1 node takes no new work; 1 node lacks ");
        assertThat(unplaced(table, request("x", needs(4001, 17 * GI))).message())
                .startsWith("cpu 4001m is above the largest node (4000m on node-1);"
                        + " memory 17Gi is above the largest node (16Gi on node-7); 1 node takes");
        assertThat(unplaced(table, request("x", needs(4000, 16 * GI))).message())
                .startsWith("1 node takes no new work; 1 node lacks memory: need 16Gi");
        assertThat(unplaced(table, request("x", new Resources(1, 0, 1, 0, 10_001)))
                        .message())
                .startsWith("pids 10001 is above the largest node (10000 on node-1); ");
    }

    @Test
    void shouldBeginWithTheLargestNodeWhenItIsDevicesOrCountedThatNoneHas() {
        NodeTable table = table(
                node("a", 4000, GI).withDevices(new DeviceGroup("gpu", "t4", 1), new DeviceGroup("gpu", "v100", 2)),
                node("b", 4000, GI).withCounted(Map.of("license", 2L)));
        Needs needs = Needs.of(needs(1, 1));

        assertThat(unplaced(table, of(Ask.of(needs(1, 1)).with(needs.withDevices(DeviceAsk.whole("gpu", 4)))))
                        .message())
                .startsWith("gpu 4 is above the largest node (3 on node-a); 2 nodes lack gpu");
        assertThat(unplaced(table, of(Ask.of(needs(1, 1)).with(needs.withDevices(DeviceAsk.share("tpu", 300)))))
                        .message())
                .startsWith("tpu 300 thousandths is above the largest node (0 on node-a); 2 nodes lack tpu");
        assertThat(unplaced(table, of(Ask.of(needs(1, 1)).with(needs.withCounted(Map.of("license", 3L)))))
                        .message())
                .startsWith("license 3 is above the largest node (2 on node-b); 2 nodes lack license");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNameWhatNoNodeHasAndNothingElse(long seed) {
        RandomCluster cluster = new RandomCluster(seed);
        NodeTable table = cluster.table(1 + cluster.random().nextInt(8));
        table.remove("n" + cluster.random().nextInt(8));

        for (PlacementRequest request : cluster.requests(60)) {
            Needs needs = request.ask().needs();
            Placement answer = engine.place(table, List.of(request)).get(0);
            List<String> above = table.dimensions().stream()
                    .filter(dimension -> table.count() > 0
                            && table.nodes().stream()
                                    .allMatch(node -> dimension.need().applyAsLong(needs)
                                            > dimension.capacity().applyAsLong(node)))
                    .map(Dimension::word)
                    .filter(word -> !word.equals("allocations"))
                    .toList();

            assertThat(above)
                    .as("%s of seed %d", request.key(), seed)
                    .isEqualTo(answer instanceof Unplaced unplaced ? saidToBeAbove(unplaced.message()) : List.of());
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** The dimensions that a message begins with, since they are above the largest node. */
    private static List<String> saidToBeAbove(String message) {
        return Arrays.stream(message.replaceFirst("^gang .* for the next: ", "").split("; "))
                .takeWhile(sentence -> sentence.contains(" is above the largest node ("))
                .map(sentence -> sentence.replaceFirst(" [0-9]+[KMGT]?i?m?( thousandths)? is above .*", ""))
                .toList();
    }

    @Test
    void shouldNameWhatANodeCannotDo() {
        Ask ask = Ask.of(needs(1, 1))
                .with(Requirements.NONE.withAbilities(new Ability("user-namespaces", equal("node.userns", "yes"))));

        Unplaced unplaced = unplaced(table(node("a", 4000, GI)), of(ask));

        assertThat(unplaced.message()).isEqualTo("1 node cannot give user-namespaces");
        assertThat(unplaced.nodesByReason()).containsOnlyKeys("ability user-namespaces");
    }

    @Test
    void shouldSaySoWhenThereAreNoNodes() {
        assertThat(unplaced(table(), request("x", needs(1, 1))).message()).isEqualTo("there are no nodes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EQUAL    | a     | EQUAL     | b
            EQUAL    | a     | NOT_EQUAL | a
            IN       | a, b  | IN        | c,d
            EQUAL    | ab    | MATCHES   | ^b
            UNSET    | ''    | SET       | ''
            LESS     | 4     | AT_LEAST  | 4
            AT_MOST  | 3     | MORE      | 5
            EQUAL    | 5.4   | VERSION   | >= 5.10
            """)
    void shouldSayThatConstraintsContradictEachOther(Operator one, String value, Operator other, String otherValue) {
        Constraint first = new Constraint("x", one, value);
        Constraint second = new Constraint("x", other, otherValue);

        for (List<Constraint> both : List.of(List.of(first, second), List.of(second, first))) {
            assertThat(unplaced(
                                    table(node("a", 4000, GI)),
                                    of(Ask.of(needs(1, 1)).withConstraints(both)))
                            .message())
                    .startsWith("no node can meet both " + both.get(0).text() + " and "
                            + both.get(1).text() + "; 1 node does not meet ");
        }
    }

    private Unplaced unplaced(NodeTable table, PlacementRequest request) {
        return (Unplaced) engine.place(table, List.of(request)).get(0);
    }
}
