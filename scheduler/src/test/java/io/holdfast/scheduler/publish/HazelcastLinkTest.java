package io.holdfast.scheduler.publish;

import io.holdfast.cluster.AgentClient;
import io.holdfast.cluster.ClientConfigs;
import io.holdfast.cluster.MemberConfigs;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;
import io.holdfast.scheduler.loop.VertxLoop;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** With a real member, and a real client on the agent's side. */
class HazelcastLinkTest extends ClusterLinkContract {
    private final Vertx vertx = Vertx.vertx();
    private HazelcastLink link;
    private AgentClient client;

    @BeforeEach
    void startBoth() {
        link = HazelcastLink.start(MemberConfigs.alone("0123456789ab", 0), new VertxLoop(vertx.getOrCreateContext()));
        await(link.started());
        CompletableFuture<Void> connected = new CompletableFuture<>();
        client = AgentClient.start(
                ClientConfigs.agent(link.clusterName(), link.addresses(), "alpha"),
                "node-1",
                Runnable::run,
                new AgentClient.Notices() {
                    @Override
                    public void connected() {
                        connected.complete(null);
                    }

                    @Override
                    public void disconnected() {}

                    @Override
                    public void manifestChanged() {}
                });
        answer(connected);
    }

    @AfterEach
    void stopBoth() {
        client.close();
        await(link.close());
        await(vertx.close());
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    ClusterLink link() {
        return link;
    }

    @Override
    AgentSide agent() {
        return new AgentSide() {
            @Override
            public void register(NodeRegistration registration) {
                answer(client.register(registration));
            }

            @Override
            public void publish(Report report) {
                answer(client.publish(report));
            }

            @Override
            public Optional<Manifest> manifest() {
                return answer(client.manifest());
            }

            @Override
            public Optional<String> spec(String hash) {
                return answer(client.spec(hash));
            }
        };
    }
}
