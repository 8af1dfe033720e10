package io.holdfast.placement;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static io.holdfast.placement.Nodes.of;
import static io.holdfast.placement.Nodes.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.job.JobType;
import io.holdfast.placement.preempt.Disruption;
import io.holdfast.placement.preempt.Preempted;
import io.holdfast.placement.preempt.Preemption;
import io.holdfast.placement.preempt.Preemptor;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreemptorTest {

    @Test
    void shouldSayThatItIsOffAndForWhom() {
        NodeTable table = table(node("a", 1000, GI));
        hold(table, "low", "a", asking(1000, 10));
        PlacementRequest request = of(asking(500, 90));

        assertThat(new Preemptor(table).search(request, JobType.BATCH, Preemption.OFF, Disruption.NONE))
                .isEqualTo(new Preempted.None("preemption is off for batch jobs"));
        Preemption services = Preemption.of(JobType.SERVICE);
        assertThat(new Preemptor(table).search(request, JobType.BATCH, services, Disruption.NONE))
                .isEqualTo(new Preempted.None("preemption is off for batch jobs"));
        assertThat(new Preemptor(table).search(request, JobType.SERVICE, services, Disruption.NONE))
                .isInstanceOf(Preempted.Plan.class);
    }

    @Test
    void shouldMakeNoRoomForOneOfAGang() {
        NodeTable table = table(node("a", 1000, GI));
        hold(table, "low", "a", asking(1000, 10));

        assertThat(search(table, new PlacementRequest("x", asking(500, 90), List.of(), "ring")))
                .isEqualTo(new Preempted.None("gang ring is placed as a whole, and no room is made for one alone"));
    }

    @Test
    void shouldRefuseADisruptionOutOfItsBounds() {
        NodeTable table = table(node("a", 1000, GI));
        hold(table, "low", "a", asking(1000, 10));
        List<Object> before = State.of(table);

        assertThatThrownBy(() ->
                        new Preemptor(table).search(of(asking(500, 90)), JobType.SERVICE, Preemption.ON, holding -> -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the disruption of allocation low is not 0 to 1000000: -1");
        assertThat(State.of(table)).isEqualTo(before);
    }

    @Test
    void shouldStopNothingWhereThereIsRoom() {
        NodeTable table = table(node("a", 1000, GI), node("b", 1000, GI));
        hold(table, "low", "a", asking(1000, 10));

        assertThat(search(table, of(asking(500, 90))))
                .isEqualTo(new Preempted.Plan("b", List.of(), 0, "node-b has room as it is"));
    }

    @Test
    void shouldLeaveThoseAloneThatAreAlmostAsImportant() {
        NodeTable table = table(node("a", 1000, GI));
        hold(table, "near", "a", asking(1000, 81));
        assertThat(search(table, of(asking(500, 90))))
                .isEqualTo(new Preempted.None("no node that may take it has room for it even without what is at least"
                        + " 10 below its priority of 90"));

        hold(table, "near", "a", asking(1000, 80));
        assertThat(search(table, of(asking(500, 90)))).isInstanceOf(Preempted.Plan.class);
    }

    @Test
    void shouldTakeTheLeastPrioritiesThenTheFewestVictims() {
        NodeTable table = table(node("a", 1000, GI), node("b", 1000, GI), node("c", 1000, GI));
        hold(table, "a1", "a", asking(1000, 40));
        hold(table, "b1", "b", asking(500, 15));
        hold(table, "b2", "b", asking(500, 15));
        hold(table, "c1", "c", asking(900, 30));
        hold(table, "c2", "c", asking(100, 70));

        assertThat(search(table, of(asking(900, 80))))
                .isEqualTo(new Preempted.Plan(
                        "c",
                        List.of("c1"),
                        30,
                        "node-c fails cpu and has room without 1 allocation of priorities of 30 in sum, each at least"
                                + " 10 below 80"));
        assertThat(plan(table, of(asking(1000, 80))).victims()).containsExactly("b1", "b2");
    }

    @Test
    void shouldDisturbTheLeastAmongEquals() {
        NodeTable table = table(node("a", 1000, GI), node("b", 1000, GI));
        hold(table, "a1", "a", asking(1000, 40));
        hold(table, "b1", "b", asking(1000, 40));

        Preempted found = new Preemptor(table)
                .search(
                        of(asking(900, 80)),
                        JobType.SERVICE,
                        Preemption.ON,
                        holding -> holding.id().equals("a1") ? 2 : 1);

        assertThat(((Preempted.Plan) found).victims()).containsExactly("b1");
    }

    @Test
    void shouldFreePortsDevicesAndCompanyButNeverWhatLasts() {
        NodeTable table = table(
                node("a", 9000, 9 * GI).withDevices(new DeviceGroup("gpu", "m", 2)),
                node("b", 9000, 9 * GI)
                        .withDevices(new DeviceGroup("gpu", "m", 2))
                        .withEligible(false));
        hold(table, "cheap", "a", asking(100, 1));
        hold(table, "port", "a", asking(Needs.of(needs(100, 0)).withPorts(List.of(80), 0), 20));
        hold(table, "half", "a", asking(Needs.of(needs(100, 0)).withDevices(DeviceAsk.share("gpu", 500)), 30));
        hold(table, "whole", "a", asking(Needs.of(needs(100, 0)).withDevices(DeviceAsk.whole("gpu", 1)), 20));
        hold(table, "loud", "a", asking(100, 40).in("loud", "loud/g"));

        assertThat(plan(table, of(asking(Needs.of(needs(100, 0)).withPorts(List.of(80), 0), 90)))
                        .victims())
                .containsExactly("port");
        assertThat(plan(table, of(asking(Needs.of(needs(100, 0)).withDevices(DeviceAsk.whole("gpu", 1)), 90)))
                        .victims())
                .containsExactly("whole");
        assertThat(plan(table, of(asking(Needs.of(needs(100, 0)).withDevices(DeviceAsk.whole("gpu", 2)), 90)))
                        .victims())
                .containsExactly("whole", "half");
        assertThat(plan(table, of(asking(100, 90).with(Requirements.NONE.apartFrom("loud"))))
                        .victims())
                .containsExactly("loud");
        assertThat(search(table, of(asking(100, 90).with(Requirements.NONE.in("elsewhere", List.of())))))
                .isInstanceOf(Preempted.None.class);
    }

    @Test
    void shouldFindAMinimalSetAlsoWhereThereAreTooManyToTryAll() {
        NodeTable table = table(node("a", 100_000, GI));
        for (int i = 0; i < 400; i++) {
            hold(table, "a" + i, "a", asking(200 + i * 7 % 101, 1 + i * 13 % 50));
        }
        PlacementRequest request = of(asking(60_000, 80));

        List<String> victims = plan(table, request).victims();

        assertThat(Scan.of(State.without(table, victims), request)).hasSize(1);
        for (String victim : victims) {
            List<String> others =
                    victims.stream().filter(id -> !id.equals(victim)).toList();
            assertThat(Scan.of(State.without(table, others), request)).isEmpty();
        }
    }

    private static Preempted.Plan plan(NodeTable table, PlacementRequest request) {
        return (Preempted.Plan) search(table, request);
    }

    private static Preempted search(NodeTable table, PlacementRequest request) {
        return new Preemptor(table).search(request, JobType.SERVICE, Preemption.ON, Disruption.NONE);
    }

    private static Ask asking(long cpuMillis, int priority) {
        return asking(Needs.of(needs(cpuMillis, 0)), priority);
    }

    private static Ask asking(Needs needs, int priority) {
        return Ask.of(needs(0, 0)).with(needs).withPriority(priority);
    }

    private static void hold(NodeTable table, String id, String nodeId, Ask ask) {
        Grant grant = ask.needs().devices().isEmpty()
                ? Grant.NONE
                : table.grant(table.rowOf(nodeId), ask, DeviceUse.Choice.TIGHTEST);
        table.hold(new Holding(id, nodeId, ask, grant));
    }
}
