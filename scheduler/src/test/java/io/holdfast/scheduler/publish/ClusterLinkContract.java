package io.holdfast.scheduler.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.JobKey;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every link does, seen from the scheduler's side and from an agent's. */
abstract class ClusterLinkContract {
    private static final long BOUND_SECONDS = 20;

    /** The agent's side of the same documents. */
    interface AgentSide {
        void register(NodeRegistration registration);

        void publish(Report report);

        Optional<Manifest> manifest();

        Optional<String> spec(String hash);
    }

    abstract ClusterLink link();

    /** Of the node {@code node-1}. */
    abstract AgentSide agent();

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static NodeRegistration node(long incarnation) {
        return new NodeRegistration("node-1", "alpha", new Capacity(1, 2, 3, 4), new TreeMap<>(), "0", incarnation);
    }

    private static Report report(long revision) {
        return new Report("node-1", "cluster-1", 1, 0, 1, revision, List.of());
    }

    private static Manifest manifest(long epoch, long revision) {
        ManifestRow row =
                new ManifestRow("alloc-" + revision, new JobKey("default", "web"), 1, "main", 0, "hash-1", Desired.RUN);
        return new Manifest("cluster-1", epoch, revision, 1, List.of(row));
    }

    @Test
    void shouldBringManifestsDownAndKeepTheNewest() {
        assertThat(agent().manifest()).isEmpty();
        assertThat(await(link().publish("node-1", manifest(2, 5)))).isEqualTo(2);
        assertThat(agent().manifest()).contains(manifest(2, 5));
        assertThat(await(link().publish("node-1", manifest(2, 4)))).isEqualTo(2);
        assertThat(await(link().publish("node-1", manifest(1, 9))))
                .as("an ex-leader's")
                .isEqualTo(2);
        assertThat(agent().manifest()).contains(manifest(2, 5));
        assertThat(await(link().publish("node-1", manifest(3, 1)))).isEqualTo(3);
        assertThat(agent().manifest()).contains(manifest(3, 1));
    }

    @Test
    void shouldBringSpecificationsDownAndRemoveWhatIsNotKept() {
        await(link().putSpecs(Map.of("hash-1", "{}", "hash-2", "[]")));
        assertThat(agent().spec("hash-1")).contains("{}");
        await(link().retainSpecs(List.of("hash-2")));
        assertThat(agent().spec("hash-1")).isEmpty();
        assertThat(agent().spec("hash-2")).contains("[]");
    }

    @Test
    void shouldTellAndBringUpRegistrationsAndReports() throws InterruptedException {
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        link().listen(new ClusterLink.Inbox() {
            @Override
            public void nodeChanged(String nodeId) {
                told.add("node " + nodeId);
            }

            @Override
            public void reportChanged(String nodeId) {
                told.add("report " + nodeId);
            }
        });
        // whoever is answered after that was listening
        assertThat(await(link().registration("node-1"))).isEmpty();
        agent().register(node(1));
        assertThat(told.poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("node node-1");
        agent().publish(report(1));
        assertThat(told.poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("report node-1");
        agent().publish(report(2));
        assertThat(told.poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("report node-1");
        assertThat(await(link().registration("node-1"))).contains(node(1));
        assertThat(await(link().report("node-1"))).contains(report(2));
        assertThat(await(link().snapshot())).isEqualTo(new ClusterLink.Snapshot(List.of(node(1)), List.of(report(2))));
    }

    @Test
    void shouldForgetANode() {
        agent().register(node(1));
        agent().publish(report(1));
        await(link().publish("node-1", manifest(1, 1)));
        await(link().forget("node-1"));
        assertThat(await(link().registration("node-1"))).isEmpty();
        assertThat(await(link().report("node-1"))).isEmpty();
        assertThat(agent().manifest()).isEmpty();
    }

    @Test
    void shouldSayWhereClientsDial() {
        assertThat(link().clusterName()).startsWith("holdfast-");
        assertThat(link().addresses()).hasSize(1).allMatch(address -> address.startsWith("127.0.0.1:"));
    }

    @Test
    void shouldFailCallsOnceItIsClosed() {
        ClusterLink link = link();
        await(link.close());
        assertThat(link.publish("node-1", manifest(1, 1))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .handle((value, fault) -> fault != null)
                        .orTimeout(BOUND_SECONDS, TimeUnit.SECONDS)
                        .join())
                .isTrue();
    }
}
