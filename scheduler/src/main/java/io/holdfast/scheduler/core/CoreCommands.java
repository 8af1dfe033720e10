package io.holdfast.scheduler.core;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.store.StoredJob;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Carries out what users ask for: stored first, then evaluated, and answered in between. */
final class CoreCommands implements Commands {
    private final CoreParts parts;
    private final Evaluator evaluator;
    private final ClusterView view;
    private final Previewer previewer;

    CoreCommands(CoreParts parts, Evaluator evaluator, ClusterView view, Planner planner) {
        this.parts = parts;
        this.evaluator = evaluator;
        this.view = view;
        this.previewer = new Previewer(parts.state(), planner, evaluator);
    }

    @Override
    public Future<Outcome<JobStatus>> putJob(JobKey key, JobSpec spec, OptionalInt ifMatch) {
        Optional<Rejected> refusal = refusal(key, spec);
        if (refusal.isPresent()) {
            return Future.succeededFuture(Outcome.refused(refusal.get()));
        }
        return parts.store()
                .putJob(key, spec, ifMatch, parts.clock().nowMillis())
                .map(outcome -> stored(key, outcome));
    }

    @Override
    public Future<Outcome<JobStatus>> stopJob(JobKey key, OptionalInt ifMatch) {
        if (!view.leader().leading()) {
            return Future.succeededFuture(Outcome.refused(notLeading()));
        }
        return parts.store().stopJob(key, ifMatch, parts.clock().nowMillis()).map(outcome -> stored(key, outcome));
    }

    @Override
    public Future<Outcome<PlanPreview>> plan(JobKey key, JobSpec spec) {
        Optional<Rejected> refusal = refusal(key, spec);
        return Future.succeededFuture(
                refusal.isPresent()
                        ? Outcome.refused(refusal.get())
                        : Outcome.ok(previewer.preview(key, spec, parts.clock().nowMillis())));
    }

    @Override
    public Future<Optional<Rejected>> note(String type, Allocation allocation, Map<String, Object> data) {
        if (!view.leader().leading()) {
            return Future.succeededFuture(Optional.of(notLeading()));
        }
        parts.results().event(Events.noted(type, allocation, data, parts.clock().nowMillis()));
        evaluator.wake();
        return Future.succeededFuture(Optional.empty());
    }

    private Outcome<JobStatus> stored(JobKey key, Outcome<StoredJob> outcome) {
        if (outcome instanceof Outcome.Refused<StoredJob> refused) {
            return Outcome.refused(refused.errors());
        }
        StoredJob job = ((Outcome.Ok<StoredJob>) outcome).value();
        parts.state().putJob(job);
        parts.events().catchUp();
        evaluator.evaluate(key);
        return Outcome.ok(view.job(key).orElseThrow());
    }

    private Optional<Rejected> refusal(JobKey key, JobSpec spec) {
        if (!view.leader().leading()) {
            return Optional.of(notLeading());
        }
        JobType type = spec.type();
        if (!type.runnable()) {
            String can = Arrays.stream(JobType.values())
                    .filter(JobType::runnable)
                    .map(JobType::text)
                    .collect(Collectors.joining(" and "));
            return Optional.of(Rejected.invalid(
                    "type", type.text(), type.text() + " jobs cannot run in this version: " + can + " jobs can"));
        }
        return Optional.empty();
    }

    private static Rejected notLeading() {
        return Rejected.of(ErrorCode.UNAVAILABLE, "this scheduler does not lead now: try again in a moment");
    }
}
