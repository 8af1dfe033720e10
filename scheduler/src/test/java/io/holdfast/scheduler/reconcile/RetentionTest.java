package io.holdfast.scheduler.reconcile;

import static io.holdfast.model.state.AllocationState.COMPLETE;
import static io.holdfast.model.state.AllocationState.FAILED;
import static io.holdfast.model.state.AllocationState.LOST;
import static io.holdfast.model.state.AllocationState.STOPPED;
import static io.holdfast.scheduler.reconcile.Given.alloc;
import static io.holdfast.scheduler.reconcile.Given.batch;
import static io.holdfast.scheduler.reconcile.Given.group;
import static io.holdfast.scheduler.reconcile.Given.service;
import static io.holdfast.scheduler.reconcile.Given.since;
import static io.holdfast.scheduler.reconcile.Given.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.Desired;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final long LATE = 10 * Retention.SHOWN_MILLIS;
    private final JobView v1 = service(1, group("app", 1, "v1"));

    @Test
    void shouldNeverForgetWhatHasNotEnded() {
        List<Allocation> allocations = List.of(
                alloc("running", v1, 0).build(),
                alloc("lost", v1, 0).is(LOST).build(),
                alloc("surplus", v1, 9).told(Desired.STOP).build());

        assertThat(Retention.forgettable(v1, allocations, LATE)).isEmpty();
        assertThat(Retention.forgettable(stopped(v1), allocations, LATE)).isEmpty();
    }

    @Test
    void shouldNeverForgetABatchResultThatIsStillTheAnswer() {
        JobView job = batch(1, group("app", 2, "v1"));
        List<Allocation> results = List.of(
                alloc("done", job, 0).is(COMPLETE).ran(1, 2).build(),
                alloc("failed", job, 1).is(FAILED).ran(1, 2).build());

        assertThat(Retention.forgettable(job, results, LATE)).isEmpty();
    }

    @Test
    void shouldForgetResultsThatNoDecisionRestsOnOnceTheyHaveBeenShown() {
        JobView job = batch(1, group("app", 2, "v1"));
        JobView changed = batch(2, group("app", 2, "v2"));
        JobView scaled = batch(2, group("app", 0, "v1"));
        JobView again = since(2, batch(2, group("app", 2, "v1")));
        List<Allocation> results =
                List.of(alloc("done", job, 0).is(COMPLETE).ran(1, 1_000).build());
        long shownUntil = 1_000 + Retention.SHOWN_MILLIS;

        for (JobView later : List.of(changed, scaled, again, stopped(job))) {
            assertThat(Retention.forgettable(later, results, shownUntil - 1)).isEmpty();
            assertThat(Retention.forgettable(later, results, shownUntil)).containsExactly("done");
        }
    }

    @Test
    void shouldKeepAsManyEndsAsTheDelayCounts() {
        List<Allocation> ended = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ended.add(alloc("a" + (char) ('a' + i), v1, 0)
                    .created(i)
                    .is(i % 2 == 0 ? FAILED : STOPPED)
                    .ran(i, i)
                    .build());
        }

        List<String> forgettable = Retention.forgettable(v1, ended, 30);

        assertThat(forgettable)
                .hasSize(20 - Retention.KEPT_PER_INDEX)
                .doesNotContain("at")
                .contains("aa");
        assertThat(Retention.KEPT_PER_INDEX).isGreaterThanOrEqualTo(Rescheduling.MAX_COUNTED);
        assertThat(Rescheduling.delayMillis(Rescheduling.MAX_COUNTED)).isEqualTo(Rescheduling.MAX_DELAY_MILLIS);
    }
}
