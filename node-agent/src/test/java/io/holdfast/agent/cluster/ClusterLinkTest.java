package io.holdfast.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.holdfast.agent.reconcile.Samples;
import io.holdfast.cluster.ClusterMaps;
import io.holdfast.cluster.MemberConfigs;
import io.holdfast.cluster.PublishManifest;
import io.holdfast.model.job.GroupCodec;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterLinkTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String NODE = "node-1";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final List<Manifest> manifests = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger wakes = new AtomicInteger();
    private HazelcastInstance member;
    private ClusterLink link;

    @BeforeEach
    void start() throws Exception {
        member = Hazelcast.newHazelcastInstance(MemberConfigs.alone(Samples.CLUSTER, 0));
        link = on(() -> new ClusterLink(vertx, NODE, "host-1", () -> 42, new ClusterLink.Listener() {
            @Override
            public void manifest(Manifest manifest, long mark) {
                assertThat(mark).isEqualTo(42);
                manifests.add(manifest);
                threads.add(Thread.currentThread().getName());
            }

            @Override
            public void lookAgain() {
                wakes.incrementAndGet();
            }
        }));
    }

    @AfterEach
    void close() throws Exception {
        on(() -> {
            link.close();
            return true;
        });
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        member.getLifecycleService().terminate();
    }

    private <T> T on(Supplier<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    private void join() throws Exception {
        int port = member.getCluster().getLocalMember().getAddress().getPort();
        on(() -> {
            link.join(MemberConfigs.clusterName(Samples.CLUSTER), List.of("127.0.0.1:" + port));
            return true;
        });
        Await.until("a connection", BOUND, () -> on(link::online));
    }

    private void publish(Manifest manifest) {
        ClusterMaps.manifests(member).executeOnKey(NODE, new PublishManifest(manifest));
    }

    private static NodeRegistration registration(long cpuMillis) {
        return new NodeRegistration(NODE, "host-1", new Capacity(cpuMillis, 1, 1, 1), new TreeMap<>(), "0.1.0", 7);
    }

    private static Report report(long revision) {
        return new Report(NODE, Samples.CLUSTER, 1, 1, 7, revision, List.of());
    }

    @Test
    void shouldWakeByAChangedManifestAndHandItOverOnItsOwnThread() throws Exception {
        join();
        publish(Samples.manifest(1));
        publish(Samples.manifest(2, Samples.row("a1", "h", Desired.RUN)));

        Await.until(
                "the newest manifest",
                BOUND,
                () -> manifests.contains(Samples.manifest(2, Samples.row("a1", "h", Desired.RUN))));
        assertThat(threads).allMatch(name -> name.startsWith("vert.x-eventloop"));
    }

    @Test
    void shouldFindAManifestThatWasThereBefore() throws Exception {
        publish(Samples.manifest(1));
        join();

        Await.until("the manifest", BOUND, () -> manifests.contains(Samples.manifest(1)));
    }

    @Test
    void shouldPublishTheNewestOfWhatWasGivenBeforeItWasConnected() throws Exception {
        on(() -> {
            link.registration(registration(1));
            link.registration(registration(2));
            link.report(report(1));
            link.report(report(2));
            return true;
        });
        join();

        Await.until(
                "registration and report",
                BOUND,
                () -> on(link::settled) && ClusterMaps.reports(member).containsKey(NODE));
        assertThat(ClusterMaps.nodes(member).get(NODE)).isEqualTo(registration(2));
        assertThat(ClusterMaps.reports(member).get(NODE)).isEqualTo(report(2));
    }

    @Test
    void shouldPutEverythingBackWhenTheMapsWereLost() throws Exception {
        on(() -> {
            link.registration(registration(1));
            link.report(report(1));
            return true;
        });
        publish(Samples.manifest(1));
        join();
        Await.until("the report", BOUND, () -> ClusterMaps.reports(member).containsKey(NODE));
        Await.until("the manifest", BOUND, () -> !manifests.isEmpty());
        ClusterMaps.manifests(member).clear();
        ClusterMaps.nodes(member).clear();
        ClusterMaps.reports(member).clear();
        on(() -> {
            link.look();
            return true;
        });

        Await.until(
                "both again",
                BOUND,
                () -> ClusterMaps.nodes(member).containsKey(NODE)
                        && ClusterMaps.reports(member).containsKey(NODE));
    }

    @Test
    void shouldFetchSpecificationsByHashAndRefuseWhatDoesNotHash() throws Exception {
        GroupDocument document = Samples.batch(0, "one");
        String text = GroupCodec.encode(document);
        ClusterMaps.specs(member).put(GroupCodec.hash(text), text);
        ClusterMaps.specs(member).put("wrong", text);
        join();
        on(() -> {
            link.fetchSpecs(Set.of(GroupCodec.hash(text), "wrong"));
            return true;
        });

        Await.until("the specification", BOUND, () -> on(() -> link.specs().size()) == 1 && wakes.get() >= 2);
        assertThat(link.specs()).containsOnlyKeys(GroupCodec.hash(text)).containsValue(document);
        on(() -> {
            link.retainSpecs(Set.of());
            return true;
        });
        assertThat(link.specs()).isEmpty();
    }

    @Test
    void shouldComeBackAndPublishAgainWhenTheMemberWasReplaced() throws Exception {
        int port = member.getCluster().getLocalMember().getAddress().getPort();
        on(() -> {
            link.registration(registration(1));
            link.report(report(1));
            return true;
        });
        join();
        Await.until("the report", BOUND, () -> ClusterMaps.reports(member).containsKey(NODE));
        member.getLifecycleService().terminate();
        Await.until("the loss", BOUND, () -> !on(link::online));
        member = Hazelcast.newHazelcastInstance(MemberConfigs.alone(Samples.CLUSTER, port));
        publish(Samples.manifest(5));

        Await.until(
                "the report again",
                BOUND,
                () -> ClusterMaps.reports(member).containsKey(NODE)
                        && ClusterMaps.nodes(member).containsKey(NODE)
                        && manifests.contains(Samples.manifest(5)));
        publish(Samples.manifest(6));
        Await.until("events again", Duration.ofSeconds(5), () -> manifests.contains(Samples.manifest(6)));
    }
}
