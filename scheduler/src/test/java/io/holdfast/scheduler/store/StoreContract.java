package io.holdfast.scheduler.store;

import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.ImagePin;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.line.NodeImages.Layer;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;
import io.holdfast.scheduler.event.ClusterEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. A subclass says how one is opened on what was remembered before. */
abstract class StoreContract {
    private static final long BOUND_SECONDS = 30;
    private static final long LEASE_MILLIS = 10_000;
    private static final OptionalInt ANY = OptionalInt.empty();

    Store store;

    /** Opens on an empty place the first time, on the same place again later. */
    abstract Store open() throws Exception;

    @BeforeEach
    void openFirst() throws Exception {
        store = open();
    }

    @AfterEach
    void closeLast() {
        await(store.close());
    }

    void reopen() throws Exception {
        await(store.close());
        store = open();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the store did not answer within " + BOUND_SECONDS + " s", e);
        }
    }

    @Test
    void shouldKeepItsClusterId() throws Exception {
        String id = store.clusterId();

        assertThat(id).isNotEmpty();
        reopen();
        assertThat(store.clusterId()).isEqualTo(id);
    }

    @Test
    void shouldBeginEmpty() {
        assertThat(await(store.load())).isEqualTo(new StoredState(List.of(), Map.of(), List.of(), 0));
        assertThat(await(store.eventsAfter(0, 10))).isEmpty();
    }

    @Test
    void shouldStoreAJobAsItsFirstVersion() throws Exception {
        StoredJob job = valueOf(await(store.putJob(Sample.WEB, Sample.service("v1"), ANY, 100)));

        assertThat(job).isEqualTo(new StoredJob(Sample.WEB, 1, 1, Sample.service("v1"), false, 100, 100));
        reopen();
        assertThat(await(store.load()).jobs()).containsExactly(job);
        assertThat(await(store.eventsAfter(0, 10)))
                .containsExactly(new ClusterEvent(1, 100, "job-submitted", "default", "web", Map.of("version", 1)));
    }

    @Test
    void shouldMakeNoNewVersionOfAnEqualSpecification() throws Exception {
        StoredJob first = put("v1", 100);
        reopen();

        assertThat(put("v1", 200)).isEqualTo(first);
        assertThat(await(store.load()).jobs()).containsExactly(first);
        assertThat(await(store.eventsAfter(0, 10))).hasSize(1);
    }

    @Test
    void shouldMakeANewVersionOfAnotherSpecification() {
        put("v1", 100);

        assertThat(put("v2", 200)).isEqualTo(new StoredJob(Sample.WEB, 2, 1, Sample.service("v2"), false, 100, 200));
        assertThat(await(store.load()).jobs()).hasSize(1);
    }

    @Test
    void shouldBeginANewLifeWhenAStoppedJobIsSubmittedAgain() throws Exception {
        put("v1", 100);
        StoredJob stopped = valueOf(await(store.stopJob(Sample.WEB, ANY, 200)));
        assertThat(stopped).isEqualTo(new StoredJob(Sample.WEB, 1, 1, Sample.service("v1"), true, 100, 200));
        reopen();
        assertThat(await(store.load()).jobs()).containsExactly(stopped);

        assertThat(put("v1", 300)).isEqualTo(new StoredJob(Sample.WEB, 2, 2, Sample.service("v1"), false, 100, 300));
        assertThat(put("v2", 400).sinceVersion()).isEqualTo(2);
        assertThat(await(store.eventsAfter(0, 10)))
                .extracting(ClusterEvent::type)
                .containsExactly("job-submitted", "job-stopped", "job-submitted", "job-submitted");
    }

    @Test
    void shouldStopAStoppedJobWithoutAnotherEvent() {
        put("v1", 100);
        StoredJob first = valueOf(await(store.stopJob(Sample.WEB, ANY, 200)));

        assertThat(valueOf(await(store.stopJob(Sample.WEB, ANY, 300)))).isEqualTo(first);
        assertThat(await(store.eventsAfter(0, 10))).hasSize(2);
    }

    @Test
    void shouldRefuseToStopAJobThatIsNotThere() {
        assertThat(errorsOf(await(store.stopJob(Sample.WEB, ANY, 1))))
                .extracting(Rejected::code)
                .containsExactly(ErrorCode.NOT_FOUND);
    }

    @Test
    void shouldHonourTheExpectedVersion() {
        assertThat(errorsOf(await(store.putJob(Sample.WEB, Sample.service("v1"), OptionalInt.of(1), 1))))
                .extracting(Rejected::code)
                .containsExactly(ErrorCode.VERSION_MISMATCH);
        assertThat(await(store.load()).jobs()).isEmpty();

        valueOf(await(store.putJob(Sample.WEB, Sample.service("v1"), OptionalInt.of(0), 1)));
        valueOf(await(store.putJob(Sample.WEB, Sample.service("v2"), OptionalInt.of(1), 1)));

        for (int expected : new int[] {0, 1, 3}) {
            assertThat(errorsOf(await(store.putJob(Sample.WEB, Sample.service("v2"), OptionalInt.of(expected), 1))))
                    .extracting(Rejected::code)
                    .containsExactly(ErrorCode.VERSION_MISMATCH);
            assertThat(errorsOf(await(store.stopJob(Sample.WEB, OptionalInt.of(expected), 1))))
                    .extracting(Rejected::code)
                    .containsExactly(ErrorCode.VERSION_MISMATCH);
        }
        assertThat(valueOf(await(store.stopJob(Sample.WEB, OptionalInt.of(2), 1)))
                        .stopped())
                .isTrue();
    }

    @Test
    void shouldKeepJobsOfTwoProjectsApart() {
        JobKey other = new JobKey("other", "web");
        put("v1", 1);
        valueOf(await(store.putJob(other, Sample.service("v2"), OptionalInt.of(0), 1)));
        valueOf(await(store.stopJob(other, ANY, 1)));

        assertThat(await(store.load()).jobs())
                .extracting(StoredJob::key, StoredJob::stopped)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Sample.WEB, false),
                        org.assertj.core.groups.Tuple.tuple(other, true));
    }

    @Test
    void shouldGiveTheLeadToOneAtATime() {
        assertThat(take("a", 0, 1_000)).isEqualTo(new LeadLease("a", 1, 1_000 + LEASE_MILLIS));
        assertThat(take("b", 0, 2_000)).isEqualTo(new LeadLease("a", 1, 1_000 + LEASE_MILLIS));
    }

    @Test
    void shouldRaiseTheEpochWithEveryTaking() throws Exception {
        take("a", 0, 1_000);
        assertThat(take("a", 0, 2_000).epoch()).as("held it itself").isEqualTo(2);
        assertThat(take("b", 0, 2_000 + LEASE_MILLIS))
                .as("the lease ran out")
                .isEqualTo(new LeadLease("b", 3, 2_000 + 2 * LEASE_MILLIS));
        reopen();
        assertThat(take("b", 0, 3_000).epoch()).as("remembered").isEqualTo(4);
        assertThat(take("b", 40, 3_000).epoch())
                .as("above what an agent has seen")
                .isEqualTo(41);
        assertThat(take("b", 5, 3_000).epoch()).as("never lower").isEqualTo(42);
    }

    @Test
    void shouldProlongTheLeadOfTheNewestEpochOnly() {
        take("a", 0, 1_000);
        assertThat(await(store.renewLead(1, 5_000, LEASE_MILLIS))).isTrue();
        assertThat(take("b", 0, 1_000 + LEASE_MILLIS).holder())
                .as("was renewed")
                .isEqualTo("a");
        take("b", 0, 5_000 + LEASE_MILLIS);

        assertThat(await(store.renewLead(1, 5_000, LEASE_MILLIS))).isFalse();
        assertThat(await(store.renewLead(3, 5_000, LEASE_MILLIS))).isFalse();
        assertThat(await(store.renewLead(2, 5_000, LEASE_MILLIS))).isTrue();
    }

    @Test
    void shouldGiveTheLeadBackAtAnOrderlyEnd() {
        take("a", 0, 1_000);
        await(store.releaseLead(7));
        assertThat(take("b", 0, 1_001).holder())
                .as("another's epoch releases nothing")
                .isEqualTo("a");

        await(store.releaseLead(1));

        assertThat(take("b", 0, 1_001)).isEqualTo(new LeadLease("b", 2, 1_001 + LEASE_MILLIS));
    }

    @Test
    void shouldRememberWhatALeaderCommits() throws Exception {
        take("a", 0, 1);
        Allocation one = Sample.allocation("one", 0);
        Allocation two = Sample.allocation("two", 1);
        ClusterEvent event =
                new ClusterEvent(0, 5, "allocation-placed", "default", "one", Map.of("node", "n1", "index", 0));

        List<ClusterEvent> stored = await(store.commit(1, Sample.placing(List.of(one, two), List.of(event))));

        assertThat(stored).containsExactly(new ClusterEvent(1, 5, "allocation-placed", "default", "one", event.data()));
        reopen();
        StoredState state = await(store.load());
        assertThat(state.allocations()).containsExactlyInAnyOrder(one, two);
        assertThat(state.specs()).isEqualTo(Map.of(Sample.HASH, Sample.DOCUMENT));
        assertThat(state.latestEventId()).isEqualTo(1);
        assertThat(await(store.eventsAfter(0, 10))).isEqualTo(stored);
    }

    @Test
    void shouldRememberResultsAndForgetObservations() throws Exception {
        take("a", 0, 1);
        await(store.commit(
                1, Sample.placing(List.of(Sample.allocation("one", 0), Sample.allocation("two", 1)), List.of())));
        List<TaskReport> tasks = List.of(
                new TaskReport("a", TaskState.EXITED, new TaskExit.Code(3), "", 2, 10, 20),
                new TaskReport("b", TaskState.EXITED, new TaskExit.Signal(9), "oom-killed", 0, 11, 21),
                new TaskReport("c", TaskState.EXITED, TaskExit.UNKNOWN, "exit status unknown", 0, 12, 22),
                new TaskReport("d", TaskState.PENDING, TaskExit.NONE, "", 0, 0, 0));
        Allocation failed = Sample.in(
                Sample.allocation("one", 0), Desired.RUN, AllocationState.FAILED, "oom-killed", 10, 20, tasks);
        Allocation running = Sample.in(
                Sample.allocation("two", 1), Desired.STOP, AllocationState.RUNNING, "scaled down", 10, 0, tasks);
        Allocation unknown = Sample.allocation("never placed", 2);

        await(store.commit(1, Sample.changing(List.of(failed, running, unknown))));

        reopen();
        assertThat(await(store.load()).allocations())
                .containsExactlyInAnyOrder(
                        failed,
                        Sample.in(running, Desired.STOP, AllocationState.PENDING, "scaled down", 0, 0, List.of()));
    }

    @Test
    void shouldForgetAllocationsAndTheSpecificationsThatNothingNames() {
        take("a", 0, 1);
        await(store.commit(
                1, Sample.placing(List.of(Sample.allocation("one", 0), Sample.allocation("two", 1)), List.of())));

        await(store.commit(1, Sample.forgetting("one", "never placed")));
        assertThat(await(store.load()).allocations()).extracting(Allocation::id).containsExactly("two");
        assertThat(await(store.load()).specs()).containsKey(Sample.HASH);

        await(store.commit(1, Sample.forgetting("two")));
        assertThat(await(store.load()).allocations()).isEmpty();
        assertThat(await(store.load()).specs()).isEmpty();
    }

    @Test
    void shouldWriteNothingForALeaderThatHasBeenFollowed() {
        take("a", 0, 1);
        take("b", 0, 1 + LEASE_MILLIS);
        Commit commit = Sample.placing(
                List.of(Sample.allocation("one", 0)), List.of(new ClusterEvent(0, 1, "x", "", "", Map.of())));

        for (long epoch : new long[] {0, 1, 3}) {
            assertThatThrownBy(() -> await(store.commit(epoch, commit)))
                    .isInstanceOf(StoreException.Fenced.class)
                    .hasMessage("epoch " + epoch + " is no longer the leader's");
        }
        assertThat(await(store.load())).isEqualTo(new StoredState(List.of(), Map.of(), List.of(), 0));
        await(store.commit(2, commit));
        assertThat(await(store.load()).allocations()).hasSize(1);
    }

    @Test
    void shouldNumberEventsInTheOrderOfTheirCommits() throws Exception {
        take("a", 0, 1);
        List<Future<List<ClusterEvent>>> commits = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ClusterEvent first = new ClusterEvent(0, i, "first", "", "s" + i, Map.of());
            ClusterEvent second = new ClusterEvent(0, i, "second", "", "s" + i, Map.of());
            commits.add(store.commit(1, Sample.saying(first, second)));
        }

        List<Long> ids = new ArrayList<>();
        for (Future<List<ClusterEvent>> commit : commits) {
            await(commit).forEach(event -> ids.add(event.id()));
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(40);
        reopen();
        assertThat(await(store.eventsAfter(0, 100)))
                .extracting(ClusterEvent::id)
                .isEqualTo(ids);
        assertThat(await(store.eventsAfter(ids.get(9), 5)))
                .extracting(ClusterEvent::id)
                .isEqualTo(ids.subList(10, 15));
        assertThat(await(store.eventsAfter(ids.get(39), 5))).isEmpty();
        take("a", 0, 1);
        assertThat(await(store.commit(2, Sample.saying(new ClusterEvent(0, 1, "x", "", "", Map.of()))))
                        .get(0)
                        .id())
                .isEqualTo(41);
    }

    @Test
    void shouldReadBackEverythingASpecificationCanSay() throws Exception {
        JobSpec full = Sample.full();
        GroupDocument document = new GroupDocument(full.type(), full.groups().get(0));
        take("a", 0, 1);
        valueOf(await(store.putJob(new JobKey("default", full.job()), full, ANY, 1)));
        Allocation allocation = Sample.allocation("one", 0);
        await(store.commit(
                1, new Commit(List.of(allocation), Map.of(Sample.HASH, document), List.of(), List.of(), List.of())));

        reopen();

        assertThat(await(store.load()).jobs()).extracting(StoredJob::spec).containsExactly(full);
        assertThat(await(store.load()).specs()).containsValue(document);
    }

    private StoredJob put(String command, long nowMillis) {
        return valueOf(await(store.putJob(Sample.WEB, Sample.service(command), ANY, nowMillis)));
    }

    private LeadLease take(String holder, long aboveEpoch, long nowMillis) {
        return await(store.takeLead(holder, aboveEpoch, nowMillis, LEASE_MILLIS));
    }

    private static final List<Layer> LAYERS = List.of(new Layer("sha256:" + "a".repeat(64), 7));
    private static final String TAG = "registry.test/app:1";

    @Test
    void shouldKeepWhatATagStandsForAndPassItOnToGroupsThatStay() throws Exception {
        take("a", 0, 1);
        await(store.putJob(Sample.WEB, Sample.tagged(1, "run"), ANY, 100));
        assertThat(pins()).containsExactly(new ImagePin("app", TAG), new ImagePin("second", TAG));

        await(store.commit(1, Sample.pinning(new Pinned(Sample.WEB, 1, TAG, "sha256:1", LAYERS))));
        await(store.commit(1, Sample.pinning(new Pinned(Sample.WEB, 1, TAG, "sha256:2", List.of()))));
        reopen();
        assertThat(pins())
                .containsExactly(
                        new ImagePin("app", TAG, "sha256:1", LAYERS), new ImagePin("second", TAG, "sha256:1", LAYERS));

        StoredJob next = valueOf(await(store.putJob(Sample.WEB, Sample.tagged(5, "other"), ANY, 200)));
        assertThat(next.pins().all())
                .containsExactly(new ImagePin("app", TAG, "sha256:1", LAYERS), new ImagePin("second", TAG));
        reopen();
        assertThat(pins()).isEqualTo(next.pins().all());
    }

    @Test
    void shouldPassOverATagOfAVersionThatIsNotThePresentOne() {
        take("a", 0, 1);
        await(store.putJob(Sample.WEB, Sample.tagged(1, "run"), ANY, 100));
        await(store.putJob(Sample.WEB, Sample.tagged(1, "other"), ANY, 200));

        await(store.commit(
                1,
                Sample.pinning(
                        new Pinned(Sample.WEB, 1, TAG, "sha256:1", List.of()),
                        new Pinned(new JobKey("default", "gone"), 1, TAG, "sha256:1", List.of()))));

        assertThat(pins()).containsExactly(new ImagePin("app", TAG), new ImagePin("second", TAG));
    }

    @Test
    void shouldPinAnewInANewLifeAndKeepThePinsOfAStoppedJob() throws Exception {
        take("a", 0, 1);
        await(store.putJob(Sample.WEB, Sample.tagged(1, "run"), ANY, 100));
        await(store.commit(1, Sample.pinning(new Pinned(Sample.WEB, 1, TAG, "sha256:1", List.of()))));
        await(store.stopJob(Sample.WEB, ANY, 200));
        reopen();
        assertThat(pins()).allMatch(ImagePin::resolved);

        await(store.putJob(Sample.WEB, Sample.tagged(1, "run"), ANY, 300));
        assertThat(pins()).containsExactly(new ImagePin("app", TAG), new ImagePin("second", TAG));
    }

    private List<ImagePin> pins() {
        return await(store.load()).jobs().get(0).pins().all();
    }
}
