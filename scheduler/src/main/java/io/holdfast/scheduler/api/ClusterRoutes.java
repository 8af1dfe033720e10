package io.holdfast.scheduler.api;

import io.holdfast.scheduler.core.ClusterView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.function.Function;

/** Health, metrics, and the contract itself. */
final class ClusterRoutes {
    private final CoreCalls core;
    private final ClusterView view;
    private final Metrics metrics;
    private final Contract contract;
    private final byte[] jobSchema;
    private final String version;

    ClusterRoutes(
            CoreCalls core, ClusterView view, Metrics metrics, Contract contract, byte[] jobSchema, String version) {
        this.core = core;
        this.view = view;
        this.metrics = metrics;
        this.contract = contract;
        this.jobSchema = jobSchema.clone();
        this.version = version;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of(
                "getHealth",
                this::health,
                "getMetrics",
                this::scrape,
                "getContract",
                this::contract,
                "getJobSchema",
                this::schema);
    }

    private record Health(String status, boolean leading, long epoch, String version) {}

    private Future<?> health(Call call) {
        return core.call(() -> Future.succeededFuture(view.leader())).map(leader -> {
            boolean ok = leader.ready() && leader.leading();
            String status = ok ? "ok" : leader.ready() ? "following" : "starting";
            return Answers.json(
                    call.http(), ok ? 200 : 503, new Health(status, leader.leading(), leader.epoch(), version));
        });
    }

    private Future<?> scrape(Call call) {
        return core.call(() -> Future.succeededFuture(ClusterGauges.read(view)))
                .map(gauges -> send(call, Metrics.CONTENT_TYPE, metrics.scrape(gauges)));
    }

    private Future<?> contract(Call call) {
        send(call, "application/yaml", Buffer.buffer(contract.text()));
        return Future.succeededFuture();
    }

    private Future<?> schema(Call call) {
        send(call, "application/schema+json", Buffer.buffer(jobSchema));
        return Future.succeededFuture();
    }

    private static Void send(Call call, String type, Buffer body) {
        call.http().response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
        return null;
    }
}
