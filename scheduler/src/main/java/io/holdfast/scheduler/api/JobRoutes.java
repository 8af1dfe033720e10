package io.holdfast.scheduler.api;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.JobDecoder;
import io.holdfast.model.job.JobEncoder;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.scheduler.core.ClusterView;
import io.holdfast.scheduler.core.Commands;
import io.holdfast.scheduler.core.JobStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Jobs: list, show, submit, stop, plan. */
final class JobRoutes {
    /** Longer documents are decoded on a worker: YAML takes about 1 ms for 10 KB. */
    private static final int MAX_BYTES_ON_LOOP = 16 << 10;

    private final Vertx vertx;
    private final CoreCalls core;
    private final ClusterView view;
    private final Commands commands;

    JobRoutes(Vertx vertx, CoreCalls core, ClusterView view, Commands commands) {
        this.vertx = vertx;
        this.core = core;
        this.view = view;
        this.commands = commands;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of(
                "listJobs",
                this::list,
                "getJob",
                this::get,
                "putJob",
                this::put,
                "stopJob",
                this::stop,
                "planJob",
                this::plan);
    }

    private Future<?> list(Call call) {
        return core.read(cluster -> cluster.jobs(call.project()))
                .compose(jobs -> Refusal.unwrap(
                        Cursor.page(jobs, job -> new Cursor.Key(job.key().job(), "", 0, 0, ""), call)))
                .map(page ->
                        Answers.json(call.http(), 200, page.map(job -> JobView.of(job, MissingNode.getInstance()))));
    }

    private Future<?> get(Call call) {
        return core.read(cluster -> cluster.job(call.jobKey()))
                .compose(job -> found(job, call.jobKey()))
                .map(job -> answer(call, 200, job));
    }

    /** What was found, or the refusal that says where it was looked for. */
    static Future<JobStatus> found(Optional<JobStatus> job, JobKey key) {
        return job.map(Future::succeededFuture)
                .orElseGet(() -> Refusal.failed(
                        ErrorCode.NOT_FOUND, "there is no job " + key.job() + " in project " + key.project()));
    }

    private Future<?> put(Call call) {
        JobKey key = call.jobKey();
        return spec(call)
                .compose(spec -> core.ready(() -> {
                    boolean known = view.job(key).isPresent();
                    return ifMatch(call)
                            .compose(version -> commands.putJob(key, spec, version))
                            .compose(Refusal::unwrap)
                            .map(job -> new Submitted(job, known));
                }))
                .map(submitted -> {
                    if (!submitted.known()) {
                        call.http()
                                .response()
                                .putHeader(HttpHeaders.LOCATION, "/v1/jobs/" + key.job() + "?project=" + key.project());
                    }
                    return answer(call, submitted.known() ? 200 : 201, submitted.job());
                });
    }

    private record Submitted(JobStatus job, boolean known) {}

    private Future<?> stop(Call call) {
        return core.ready(() -> ifMatch(call).compose(version -> commands.stopJob(call.jobKey(), version)))
                .compose(Refusal::unwrap)
                .map(job -> answer(call, 200, job));
    }

    private Future<?> plan(Call call) {
        return spec(call)
                .compose(spec -> core.ready(() -> commands.plan(call.jobKey(), spec)))
                .compose(Refusal::unwrap)
                .map(preview -> Answers.json(call.http(), 200, preview));
    }

    private Void answer(Call call, int status, JobStatus job) {
        call.http().response().putHeader(HttpHeaders.ETAG, "\"" + job.version() + "\"");
        return Answers.json(call.http(), status, JobView.of(job, JobEncoder.tree(job.spec())));
    }

    /** To be called on the scheduler's context: {@code *} stands for whatever version is present there. */
    private Future<OptionalInt> ifMatch(Call call) {
        Optional<String> header = call.optional("If-Match");
        if (header.isEmpty()) {
            return Future.succeededFuture(OptionalInt.empty());
        }
        if (!header.get().equals("*")) {
            int version = Integer.parseInt(header.get().replace("\"", ""));
            return Future.succeededFuture(OptionalInt.of(version));
        }
        return view.job(call.jobKey())
                .map(job -> Future.succeededFuture(OptionalInt.of(job.version())))
                .orElseGet(() -> Refusal.failed(
                        ErrorCode.VERSION_MISMATCH,
                        "if-match * demands a job that is known, and " + call.jobKey() + " is not"));
    }

    private Future<JobSpec> spec(Call call) {
        MediaType type = MediaType.ofHeader(call.http().request().getHeader(HttpHeaders.CONTENT_TYPE))
                .orElseThrow(() -> new IllegalStateException("the router lets no other media type through"));
        return BodyReader.read(call.http().request())
                .compose(body -> body.length <= MAX_BYTES_ON_LOOP
                        ? Future.succeededFuture(JobDecoder.decode(body, type))
                        : vertx.executeBlocking(() -> JobDecoder.decode(body, type), false))
                .compose(Refusal::unwrap)
                .compose(spec -> Refusal.unwrap(sameName(spec, call.text("job"))));
    }

    private static Outcome<JobSpec> sameName(JobSpec spec, String name) {
        if (spec.job().equals(name)) {
            return Outcome.ok(spec);
        }
        return Outcome.refused(List.of(Rejected.invalid(
                "job", spec.job(), "job " + spec.job() + " is not the " + name + " of the path: make them the same")));
    }
}
