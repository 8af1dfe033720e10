package io.holdfast.agent;

import io.holdfast.agent.disk.DataDirException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * A node's agent in this process. Several may run in one, each with a data directory and keeper of its own.
 *
 * <p>To be used from any thread; futures complete on the caller's context, or on the agent's where there is none.
 */
public final class Agent {
    private final Vertx vertx;
    private final AgentVerticle verticle;
    private final String deploymentId;

    private Agent(Vertx vertx, AgentVerticle verticle, String deploymentId) {
        this.vertx = vertx;
        this.verticle = verticle;
        this.deploymentId = deploymentId;
    }

    /**
     * Starts an agent. It is started when its data directory is its own; keeper, schedulers and Hazelcast may come and go.
     *
     * @return fails with {@link DataDirException} when the data directory cannot be used
     */
    public static Future<Agent> start(AgentConfig config, Vertx vertx) {
        return start(config, vertx, Surroundings.system());
    }

    /** The same with another clock, other ids, other chance. */
    public static Future<Agent> start(AgentConfig config, Vertx vertx, Surroundings surroundings) {
        AgentVerticle verticle = new AgentVerticle(config, surroundings);
        return vertx.deployVerticle(verticle).map(id -> new Agent(vertx, verticle, id));
    }

    public String nodeId() {
        return verticle.nodeId();
    }

    /** How it stands: one line a part, for people. */
    public Future<AgentHealth> health() {
        return onContext(verticle::health);
    }

    /**
     * Ends everything that the cluster runs on this node, each with its task's grace, and tells the cluster so; nothing is
     * started any more.
     *
     * @return whether all had ended within {@link AgentConfig#drainTimeoutMillis}
     */
    public Future<Boolean> drain() {
        return onContext(verticle::drain).compose(drained -> drained);
    }

    /** Ends the agent, after draining the node where the configuration says so. Otherwise touches no container. */
    public Future<Void> close() {
        Future<Boolean> first = verticle.settings().drainOnExit() ? drain() : Future.succeededFuture(true);
        return first.transform(drained -> vertx.undeploy(deploymentId));
    }

    private <T> Future<T> onContext(java.util.function.Supplier<T> question) {
        Promise<T> answer = Promise.promise();
        verticle.onContext(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.fail(e);
            }
        });
        return answer.future();
    }
}
