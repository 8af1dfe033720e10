package io.holdfast.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClientOfflineException;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.holdfast.model.state.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real member and a real client on loopback. */
class MemberAndAgentTest {
    private static final String CLUSTER = "0123456789ab";
    private static final long WAIT_SECONDS = 20;

    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "agent-context"));
    private final LinkedBlockingQueue<String> notices = new LinkedBlockingQueue<>();
    private HazelcastInstance member;
    private AgentClient agent;

    @BeforeEach
    void startBoth() throws InterruptedException {
        member = Hazelcast.newHazelcastInstance(MemberConfigs.alone(CLUSTER, 0));
        agent = client(member.getCluster().getLocalMember().getAddress().getPort());
        expect("connected");
    }

    @AfterEach
    void stopBoth() {
        agent.close();
        member.getLifecycleService().terminate();
        executor.shutdown();
    }

    private AgentClient client(int port) {
        return AgentClient.start(
                ClientConfigs.agent(MemberConfigs.clusterName(CLUSTER), List.of("127.0.0.1:" + port), "alpha"),
                "node-1",
                executor,
                new AgentClient.Notices() {
                    @Override
                    public void connected() {
                        notices.add("connected");
                    }

                    @Override
                    public void disconnected() {
                        notices.add("disconnected");
                    }

                    @Override
                    public void manifestChanged() {
                        notices.add("changed on " + Thread.currentThread().getName());
                    }
                });
    }

    private void expect(String notice) throws InterruptedException {
        assertThat(notices.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(notice);
    }

    private static <T> T answer(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private long publish(Manifest manifest) {
        return ClusterMaps.manifests(member).executeOnKey("node-1", new PublishManifest(manifest));
    }

    @Test
    void shouldBringManifestAndSpecToItsNode() throws Exception {
        assertThat(answer(agent.manifest())).isEmpty();
        assertThat(answer(agent.spec("hash-1"))).isEmpty();
        ClusterMaps.specs(member).set("hash-1", "{}");
        assertThat(publish(Documents.manifest(7, 42))).isEqualTo(7);
        expect("changed on agent-context");
        assertThat(answer(agent.manifest())).isEqualTo(Optional.of(Documents.manifest(7, 42)));
        assertThat(answer(agent.spec("hash-1"))).isEqualTo(Optional.of("{}"));
    }

    @Test
    void shouldKeepNewerManifestWhenAnOlderOneComesLate() throws Exception {
        assertThat(publish(Documents.manifest(7, 42))).isEqualTo(7);
        assertThat(publish(Documents.manifest(6, 99))).as("an ex-leader's").isEqualTo(7);
        assertThat(publish(Documents.manifest(7, 41))).as("an older revision").isEqualTo(7);
        assertThat(answer(agent.manifest())).isEqualTo(Optional.of(Documents.manifest(7, 42)));
        assertThat(publish(Documents.manifest(8, 1))).as("the next leader's").isEqualTo(8);
        assertThat(answer(agent.manifest())).isEqualTo(Optional.of(Documents.manifest(8, 1)));
    }

    @Test
    void shouldKeepNewerReportAndRegistration() throws Exception {
        assertThat(answer(agent.publish(Documents.report(100, 5)))).isTrue();
        assertThat(answer(agent.publish(Documents.report(100, 5)))).isFalse();
        assertThat(answer(agent.publish(Documents.report(99, 9)))).isFalse();
        assertThat(answer(agent.publish(Documents.report(101, 1)))).isTrue();
        assertThat(ClusterMaps.reports(member).get("node-1")).isEqualTo(Documents.report(101, 1));

        assertThat(answer(agent.register(Documents.node(100, 2_000)))).isTrue();
        assertThat(answer(agent.register(Documents.node(100, 1_000)))).isTrue();
        assertThat(answer(agent.register(Documents.node(99, 4_000)))).isFalse();
        assertThat(ClusterMaps.nodes(member).get("node-1")).isEqualTo(Documents.node(100, 1_000));
    }

    @Test
    void shouldRefuseAnotherNodesKey() {
        assertThat(ClusterMaps.reports(member).executeOnKey("node-2", new PublishReport(Documents.report(100, 5))))
                .isFalse();
        assertThat(ClusterMaps.nodes(member).executeOnKey("node-2", new RegisterNode(Documents.node(100, 1))))
                .isFalse();
        assertThat(ClusterMaps.reports(member).isEmpty()).isTrue();
        assertThat(ClusterMaps.nodes(member).isEmpty()).isTrue();
    }

    @Test
    void shouldFailAtOnceWhileOfflineAndWorkAgainWhenTheSchedulerReturns() throws Exception {
        int port = member.getCluster().getLocalMember().getAddress().getPort();
        member.getLifecycleService().terminate();
        expect("disconnected");
        assertThatThrownBy(() -> answer(agent.publish(Documents.report(100, 1))))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(HazelcastClientOfflineException.class);

        member = Hazelcast.newHazelcastInstance(MemberConfigs.alone(CLUSTER, port));
        expect("connected");
        assertThat(answer(agent.publish(Documents.report(100, 1)))).isTrue();
        assertThat(publish(Documents.manifest(9, 1))).isEqualTo(9);
        expect("changed on agent-context");
        assertThat(answer(agent.manifest())).isEqualTo(Optional.of(Documents.manifest(9, 1)));
    }

    @Test
    void shouldListenOnLoopbackOnly() {
        assertThat(member.getCluster()
                        .getLocalMember()
                        .getSocketAddress()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
        assertThat(member.getConfig()
                        .getNetworkConfig()
                        .getJoin()
                        .getMulticastConfig()
                        .isEnabled())
                .isFalse();
    }
}
