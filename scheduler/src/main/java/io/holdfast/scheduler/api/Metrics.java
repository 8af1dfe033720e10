package io.holdfast.scheduler.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * The process's meters, in Prometheus' text format. Others count in the same {@link #registry}, under names that begin with
 * {@code holdfast.}. Meters are safe for any thread; what is read of the cluster is handed in at each scrape.
 */
public final class Metrics implements AutoCloseable {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final long LAG_PROBE_MILLIS = 500;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final MultiGauge nodes;
    private final MultiGauge allocations;
    private final MultiGauge leader;

    public Metrics() {
        nodes = MultiGauge.builder("holdfast.nodes")
                .description("nodes by state")
                .register(registry);
        allocations = MultiGauge.builder("holdfast.allocations")
                .description("allocations that are remembered, by state")
                .register(registry);
        leader = MultiGauge.builder("holdfast.leader")
                .description("what=leading: 1 where this scheduler leads; what=epoch: the leader's")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** Where other parts of the scheduler register what they count. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A gauge that asks {@code source}, which must be safe for any thread or not mind a stale value. */
    <T> void gauge(String name, String description, T source, ToIntFunction<T> value) {
        Gauge.builder(name, source, value::applyAsInt).description(description).register(registry);
    }

    /** Times a request from here to its response's end. */
    void time(RoutingContext http) {
        Timer.Sample sample = Timer.start(registry);
        http.addEndHandler(end -> {
            String operation = http.get(ContractRouter.OPERATION, "none");
            sample.stop(Timer.builder("holdfast.http.requests")
                    .description("requests, from their head to the end of the answer; streams last as long as they do")
                    .tags(Tags.of(
                            "operation",
                            operation,
                            "status",
                            Integer.toString(http.response().getStatusCode())))
                    .serviceLevelObjectives(
                            Duration.ofMillis(1),
                            Duration.ofMillis(5),
                            Duration.ofMillis(20),
                            Duration.ofMillis(100),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(2))
                    .register(registry));
        });
        http.next();
    }

    /** Measures how late {@code context} runs what is due: what blocks an event loop shows here. Returns the timer. */
    long probeLag(Vertx vertx, Context context, String name) {
        Timer timer = Timer.builder("holdfast.event.loop.lag")
                .description("how late an event loop runs what is due")
                .tag("loop", name)
                .register(registry);
        return vertx.setPeriodic(LAG_PROBE_MILLIS, tick -> {
            long asked = registry.config().clock().monotonicTime();
            context.runOnContext(
                    run -> timer.record(registry.config().clock().monotonicTime() - asked, TimeUnit.NANOSECONDS));
        });
    }

    Buffer scrape(ClusterGauges gauges) {
        nodes.register(rows("state", gauges.nodes(), state -> state.text()), true);
        allocations.register(rows("state", gauges.allocations(), state -> state.text()), true);
        leader.register(
                List.of(
                        MultiGauge.Row.of(
                                Tags.of("what", "leading"), gauges.leader().leading() ? 1 : 0),
                        MultiGauge.Row.of(
                                Tags.of("what", "epoch"), gauges.leader().epoch())),
                true);
        return Buffer.buffer(registry.scrape());
    }

    private static <K> List<MultiGauge.Row<?>> rows(
            String tag, Map<K, Integer> counts, java.util.function.Function<K, String> text) {
        return counts.entrySet().stream()
                .<MultiGauge.Row<?>>map(
                        count -> MultiGauge.Row.of(Tags.of(tag, text.apply(count.getKey())), count.getValue()))
                .toList();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
