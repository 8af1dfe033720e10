package io.holdfast.scheduler.core;

import static io.holdfast.scheduler.sim.Jobs.key;
import static io.holdfast.scheduler.sim.Jobs.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.sim.SimAgent;
import io.holdfast.scheduler.sim.SimCluster;
import io.holdfast.testkit.CountingIds;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a job says of where it wants to be, in simulated time. */
class JobPlacementTest {
    private static final CoreSettings SETTINGS = new CoreSettings(10_000, 10_000, 10_000, 30_000);
    private static final JobKey WEB = key("web");

    private final SimCluster sim = new SimCluster(SETTINGS, new CountingIds("alloc"));

    @BeforeEach
    void start() {
        sim.startScheduler();
    }

    private SimAgent node(String id, long cpuMillis, String attribute, String value) {
        SimAgent node = sim.addNode(id, cpuMillis);
        node.attributes.put(attribute, value);
        return node;
    }

    private void ready(int count) {
        sim.runUntil(
                count + " nodes ready",
                5_000,
                () -> sim.core().view().nodes().stream()
                                .filter(node -> node.state() == NodeState.READY)
                                .count()
                        == count);
    }

    private List<Allocation> running(JobKey key) {
        return sim.allocations(key).stream()
                .filter(a -> a.desired() == Desired.RUN && a.state() == AllocationState.RUNNING)
                .toList();
    }

    private List<String> nodesOf(JobKey key, int count) {
        sim.runUntil(key + " runs " + count, 20_000, () -> running(key).size() == count);
        return running(key).stream().map(Allocation::nodeId).sorted().toList();
    }

    private String pendingReason(JobKey key) {
        return sim.status(key).groups().get(0).pendingReason();
    }

    private static JobSpec in(NodeScope scope, JobSpec spec) {
        return new JobSpec(spec.job(), spec.type(), spec.priority(), scope, spec.groups());
    }

    @Test
    void shouldStayInThePoolAndTheDatacentersThatAJobNames() {
        node("older", 2_000, "node.arch", "amd64");
        node("gpu", 2_000, NodeRegistration.POOL, "gpu").attributes.put(NodeRegistration.DATACENTER, "fra");
        ready(2);
        sim.put(WEB, service("web", 2, "a"));
        assertThat(nodesOf(WEB, 2)).containsOnly("older");
        sim.put(key("gpu"), in(new NodeScope("gpu", List.of("ams", "fra")), service("gpu", 1, "a")));
        assertThat(nodesOf(key("gpu"), 1)).containsOnly("gpu");
        sim.put(key("any"), in(new NodeScope("*", List.of("default")), service("any", 1, "a")));
        assertThat(nodesOf(key("any"), 1)).containsOnly("older");
    }

    @Test
    void shouldWaitForANodeOfThePoolAndSayThatThereIsNone() {
        sim.addNode("plain", 2_000);
        SimAgent other = sim.addNode("other", 2_000);
        ready(2);
        sim.put(WEB, in(new NodeScope("gpu", List.of()), service("web", 1, "a")));
        sim.run(2_000);
        assertThat(pendingReason(WEB)).isEqualTo("2 nodes are not in node pool gpu");
        other.attributes.put(NodeRegistration.POOL, "gpu");
        assertThat(nodesOf(WEB, 1)).containsOnly("other");
    }

    @Test
    void shouldReplaceInstancesWhenTheJobMovesToAnotherPool() {
        sim.addNode("plain", 2_000);
        node("gpu", 2_000, NodeRegistration.POOL, "gpu");
        ready(2);
        sim.put(WEB, service("web", 1, "a"));
        assertThat(nodesOf(WEB, 1)).containsOnly("plain");
        sim.put(WEB, in(new NodeScope("gpu", List.of()), service("web", 1, "a")));
        sim.runUntil(
                "moved",
                20_000,
                () -> running(WEB).stream().map(Allocation::nodeId).toList().equals(List.of("gpu")));
    }
}
