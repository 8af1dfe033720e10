package io.holdfast.placement;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.equal;
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
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        Unplaced unplaced = unplaced(table(node("a", 4000, GI)), request("x", new Resources(1, 0, 1, 0, 10_001)));

        assertThat(unplaced.message()).startsWith("1 node lacks pids: need 10001, nearest miss 10000 free on node-a");
    }

    /** As of nodes that cannot hold tasks to a limit. */
    @Test
    void shouldNameDiskWhenANodeHasNoneToGive() {
        Resources limited = new Resources(1, 0, 1, 0, 1, 0, "", 0, GI);

        assertThat(unplaced(table(node("a", 4000, GI)), request("x", limited)).message())
                .startsWith("1 node lacks disk: need 1Gi, nearest miss 0 free on node-a");
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
