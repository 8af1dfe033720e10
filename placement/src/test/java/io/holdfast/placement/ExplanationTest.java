package io.holdfast.placement;

import static io.holdfast.placement.Rows.GI;
import static io.holdfast.placement.Rows.equal;
import static io.holdfast.placement.Rows.needs;
import static io.holdfast.placement.Rows.node;
import static io.holdfast.placement.Rows.request;
import static io.holdfast.placement.Rows.used;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.NodeTable.Row;
import io.holdfast.placement.Placement.Unplaced;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private final PlacementEngine engine = new BestFitEngine();

    @Test
    void shouldNameTheNearestMiss() {
        List<Row> rows = List.of(
                used("1", 4000, 8 * GI, 0, 7 * GI),
                used("7", 4000, 8 * GI, 0, 6 * GI),
                used("8", 4000, 8 * GI, 0, 7 * GI));

        Unplaced unplaced = unplaced(rows, request("x", needs(100, 4 * GI)));

        assertThat(unplaced.message()).isEqualTo("3 nodes lack memory: need 4Gi, nearest miss 2Gi free on node-7");
        assertThat(unplaced.nodesByReason()).containsExactly(Map.entry("memory", 3));
    }

    @Test
    void shouldCountEachNodeAtTheFirstFilterItFailsInTheirOrder() {
        List<Row> rows = List.of(
                Rows.ineligible(node("a", 100, GI)),
                Rows.attributes(node("b", 4000, 8 * GI), Map.of("node.arch", "arm64")),
                Rows.holding(node("c", 4000, 8 * GI), Dimension.MAX_ALLOCATIONS_PER_NODE),
                node("d", 100, GI),
                node("e", 4000, GI));

        Unplaced unplaced = unplaced(rows, request("x", needs(1000, 2 * GI), equal("node.arch", "amd64")));

        assertThat(unplaced.nodesByReason().keySet())
                .containsExactly("not-eligible", "constraint ${node.arch} = amd64", "allocations", "cpu", "memory");
        assertThat(unplaced.nodesByReason().values()).containsOnly(1);
        assertThat(unplaced.message())
                .isEqualTo("1 node takes no new work; 1 node does not meet ${node.arch} = amd64;"
                        + " 1 node lacks allocations: need 1, nearest miss 0 free on node-c;"
                        + " 1 node lacks cpu: need 1000m, nearest miss 100m free on node-d,"
                        + " more than the largest of them has at all (100m);"
                        + " 1 node lacks memory: need 2Gi, nearest miss 1Gi free on node-e,"
                        + " more than the largest of them has at all (1Gi)");
    }

    @Test
    void shouldNamePidsWhenOnlyTheyAreShort() {
        Unplaced unplaced = unplaced(List.of(node("a", 4000, GI)), request("x", new Resources(1, 0, 1, 0, 10_001)));

        assertThat(unplaced.message()).startsWith("1 node lacks pids: need 10001, nearest miss 10000 free on node-a");
    }

    /** As of nodes that cannot hold tasks to a limit. */
    @Test
    void shouldNameDiskWhenANodeHasNoneToGive() {
        Resources limited = new Resources(1, 0, 1, 0, 1, 0, "", 0, GI);
        Unplaced unplaced = unplaced(List.of(node("a", 4000, GI)), request("x", limited));

        assertThat(unplaced.message()).startsWith("1 node lacks disk: need 1Gi, nearest miss 0 free on node-a");
    }

    @Test
    void shouldSaySoWhenThereAreNoNodes() {
        assertThat(unplaced(List.of(), request("x", needs(1, 1))).message()).isEqualTo("there are no nodes");
    }

    @Test
    void shouldWriteBytesSoThatTwoNearAmountsDiffer() {
        assertThat(Bytes.text(4 * GI)).isEqualTo("4Gi");
        assertThat(Bytes.text(4 * GI - 1)).isEqualTo("4095Mi");
        assertThat(Bytes.text(1536L << 20)).isEqualTo("1536Mi");
        assertThat(Bytes.text(100 * GI + 1)).isEqualTo("100Gi");
        assertThat(Bytes.text(1000)).isEqualTo("1000");
        assertThat(Bytes.text(0)).isEqualTo("0");
        assertThat(Bytes.text(-5)).isEqualTo("-5");
        assertThat(Bytes.text(Long.MAX_VALUE)).isEqualTo("8191Pi");
    }

    private Unplaced unplaced(List<Row> rows, PlacementRequest request) {
        return (Unplaced) engine.place(new NodeTable(rows), List.of(request)).get(0);
    }
}
