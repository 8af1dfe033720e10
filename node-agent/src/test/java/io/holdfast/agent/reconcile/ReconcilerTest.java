package io.holdfast.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeNode;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.AllocationReport;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconcilerTest {
    private final Bench bench = new Bench();

    private void want(GroupDocument document, Desired desired) {
        bench.specs.put("spec", document);
        long revision = bench.manifest.revision() + 1;
        bench.manifest = Samples.manifest(revision, Samples.row("a1", "spec", desired));
    }

    private void run(GroupDocument document) {
        want(document, Desired.RUN);
        bench.settle();
    }

    private AllocationReport report() {
        return bench.report("a1");
    }

    @Test
    void shouldCreateOneSandboxAndStartEveryTaskInOrder() {
        want(Samples.service("one", "two"), Desired.RUN);

        Plan plan = bench.look();

        assertThat(plan.works()).hasSize(1);
        assertThat(plan.works().get(0).steps())
                .extracting(step -> ((Step.Ask) step).request().getClass().getSimpleName())
                .containsExactly("CreateSandbox", "StartContainer", "StartContainer");
        assertThat(plan.reports().get(0).state()).isEqualTo(AllocationState.STARTING);
        assertThat(plan.reports().get(0).tasks()).extracting(t -> t.state()).containsOnly(TaskState.STARTING);
    }

    @Test
    void shouldReportRunningWhenAllTasksRun() {
        run(Samples.service("one", "two"));

        assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
        assertThat(report().startedAtMillis()).isEqualTo(bench.clock.nowMillis());
        assertThat(report().tasks()).extracting(t -> t.state()).containsOnly(TaskState.RUNNING);
    }

    @Test
    void shouldCompleteABatchWhenAllItsTasksExitWithZero() {
        run(Samples.batch(0, "one", "two"));
        bench.exit("one", 0);
        bench.settle();
        assertThat(report().state()).isEqualTo(AllocationState.RUNNING);

        bench.clock.advanceMillis(5);
        bench.exit("two", 0);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.COMPLETE);
        assertThat(report().finishedAtMillis()).isEqualTo(bench.clock.nowMillis());
        assertThat(report().tasks()).extracting(t -> t.exit()).containsOnly(new TaskExit.Code(0));
    }

    @Test
    void shouldRestartABatchUpToItsAttemptsWithDoublingBackOffThenFail() {
        run(Samples.batch(2, "one"));
        long[] waits = new long[2];
        for (int attempt = 0; attempt < 2; attempt++) {
            bench.exit("one", 3);
            bench.settle();
            assertThat(report().state()).isEqualTo(AllocationState.STARTING);
            assertThat(report().reason()).isEqualTo("exit code 3");
            assertThat(report().tasks().get(0).state()).isEqualTo(TaskState.PENDING);
            waits[attempt] = bench.last.wakeAtMillis() - bench.clock.nowMillis();
            bench.passToWake();
            assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
            assertThat(report().tasks().get(0).restarts()).isEqualTo(attempt + 1);
        }
        bench.exit("one", 3);
        bench.settle();

        assertThat(waits).containsExactly(1_000, 2_000);
        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("exit code 3");
        assertThat(report().tasks().get(0).exit()).isEqualTo(new TaskExit.Code(3));
        assertThat(bench.node.alive()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "7"})
    void shouldRestartAServiceWithoutEndWhateverItsExitCode(int code) {
        run(Samples.service("one"));
        for (int attempt = 1; attempt <= 10; attempt++) {
            bench.exit("one", code);
            bench.settle();
            bench.passToWake();
            assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
            assertThat(report().tasks().get(0).restarts()).isEqualTo(attempt);
        }
        assertThat(bench.node.list().get(0).containers())
                .as("the run before the present one is kept for its log, older ones are not")
                .hasSize(2);
    }

    @Test
    void shouldBoundTheBackOffAndBeginItAnewAfterALongRun() {
        run(Samples.service("one"));
        for (int i = 0; i < 10; i++) {
            bench.exit("one", 1);
            bench.settle();
            assertThat(bench.last.wakeAtMillis() - bench.clock.nowMillis()).isBetween(1_000L, 60_000L);
            bench.passToWake();
        }
        bench.clock.advanceMillis(Restarts.STABLE_MILLIS);
        bench.exit("one", 1);
        bench.settle();

        assertThat(bench.last.wakeAtMillis() - bench.clock.nowMillis()).isEqualTo(1_000);
    }

    @Test
    void shouldSayOomKilledWhenTheKernelKilledIt() {
        run(Samples.batch(0, "one"));
        bench.exit("one", new Reply.Exit(-1, 9, true, true, "oom-killed", bench.clock.nowMillis()));
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("oom-killed");
        assertThat(report().tasks().get(0).exit()).isEqualTo(new TaskExit.Signal(9));
        assertThat(report().tasks().get(0).reason()).isEqualTo("oom-killed");
    }

    @Test
    void shouldSayStatusUnknownWhenNobodySawTheEnd() {
        run(Samples.batch(0, "one"));
        bench.exit("one", new Reply.Exit(-1, 0, false, false, "exit status unknown", bench.clock.nowMillis()));
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("exit status unknown");
        assertThat(report().tasks().get(0).exit()).isEqualTo(TaskExit.UNKNOWN);
    }

    @Test
    void shouldStopTheOtherTasksWhenOneOfABatchFailedForGood() {
        run(Samples.batch(0, "one", "two"));
        bench.exit("one", 4);
        bench.clock.advanceMillis(10);
        bench.step();
        assertThat(report().state()).isEqualTo(AllocationState.STOPPING);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("exit code 4");
        assertThat(bench.node.alive()).isEmpty();
    }

    @Test
    void shouldFailWithTheStepWhenTheKeeperCannotStartABatch() {
        bench.node.refuse(request -> request instanceof Request.StartContainer
                ? Optional.of(new KeeperError("set-up-failed", "execve /no/such: ENOENT"))
                : Optional.empty());
        run(Samples.batch(1, "one"));
        assertThat(report().state()).isEqualTo(AllocationState.STARTING);
        assertThat(report().reason()).isEqualTo("execve /no/such: ENOENT");
        bench.passToWake();

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("execve /no/such: ENOENT");
        assertThat(report().tasks().get(0).exit()).isEqualTo(TaskExit.NONE);
    }

    @Test
    void shouldFailAServiceThatTheNodeCannotExecuteSoThatAnotherMay() {
        bench.node.refuse(request -> request instanceof Request.StartContainer
                ? Optional.of(new KeeperError("set-up-failed", "mount overlay: EINVAL"))
                : Optional.empty());
        run(Samples.service("one"));
        for (int i = 0; i < 3; i++) {
            assertThat(report().state()).isEqualTo(AllocationState.STARTING);
            bench.passToWake();
        }

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("mount overlay: EINVAL");
    }

    @Test
    void shouldFailAtOnceWhenThePolicyRefuses() {
        bench.node.refuse(request -> request instanceof Request.StartContainer
                ? Optional.of(new KeeperError("refused-by-policy", "host-image is not permitted on this node"))
                : Optional.empty());
        run(Samples.service("one"));

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
    }

    @Test
    void shouldStopWithTheTasksGraceAndReportStopped() {
        run(Samples.service("one", "two"));
        want(Samples.service("one", "two"), Desired.STOP);

        Plan plan = bench.look();
        assertThat(plan.reports().get(0).state()).isEqualTo(AllocationState.STOPPING);
        assertThat(plan.works().get(0).steps())
                .extracting(step -> ((Step.Ask) step).request())
                .containsExactly(
                        new Request.StopContainer("a1-0-0", 15, 10_000),
                        new Request.StopContainer("a1-1-0", 15, 10_000));
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(bench.node.list()).as("kept for its logs until forgotten").hasSize(1);
    }

    @Test
    void shouldStopWithoutASpecificationAtHand() {
        run(Samples.service("one"));
        bench.specs.clear();
        want(Samples.service("one"), Desired.STOP);
        bench.specs.clear();
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(bench.node.alive()).isEmpty();
    }

    @Test
    void shouldReportStoppedAtOnceWhenItNeverStarted() {
        want(Samples.service("one"), Desired.STOP);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(bench.node.requests()).isEmpty();
    }

    @Test
    void shouldReportCompleteWhenAllHadCompletedBeforeTheStop() {
        run(Samples.batch(0, "one"));
        bench.exit("one", 0);
        want(Samples.batch(0, "one"), Desired.STOP);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.COMPLETE);
    }

    @Test
    void shouldReportStoppedWhenABatchExitsWithZeroBecauseItWasToldTo() {
        run(Samples.batch(0, "one"));
        want(Samples.batch(0, "one"), Desired.STOP);
        Plan plan = bench.look();
        bench.memory.putAll(plan.memory());
        bench.exit("one", 0);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
    }

    @Test
    void shouldNotStartAgainWhenAStopIsTakenBack() {
        run(Samples.service("one"));
        want(Samples.service("one"), Desired.STOP);
        bench.settle();
        run(Samples.service("one"));

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(bench.node.alive()).isEmpty();
    }

    @Test
    void shouldForgetWhatLeftTheManifestAndNothingElse() {
        run(Samples.batch(0, "one"));
        bench.exit("one", 0);
        bench.settle();
        bench.manifest = Samples.manifest(9);
        bench.settle();

        assertThat(bench.node.list()).isEmpty();
        assertThat(bench.memory).isEmpty();
        assertThat(bench.reports).isEmpty();
    }

    @Test
    void shouldStopAndRemoveAnOrphanOfItsOwnCluster() {
        run(Samples.service("one"));
        bench.manifest = Samples.manifest(9);

        assertThat(bench.look().works().get(0).steps())
                .extracting(step -> ((Step.Ask) step).request().getClass().getSimpleName())
                .containsExactly("StopContainer", "RemoveSandbox");
        bench.settle();
        assertThat(bench.node.list()).isEmpty();
    }

    @Test
    void shouldLeaveAloneWhatAnotherClusterOrAnotherClientRuns() {
        run(Samples.service("one"));
        bench.node.handle(new Request.CreateSandbox("foreign", "h", "private", true, false, Map.of()), 0);
        bench.manifest = new Manifest("cluster-2", 1, 1, 0, List.of());
        bench.settle();

        assertThat(bench.node.list()).hasSize(2);
        assertThat(bench.node.alive()).hasSize(1);
    }

    @Test
    void shouldDoNothingWithoutAManifestButTellWhatRuns() {
        run(Samples.service("one"));
        bench.restartAgent(bench.memory);

        Plan plan = bench.look();

        assertThat(plan.works()).isEmpty();
        assertThat(plan.forgotten()).isEmpty();
        assertThat(plan.reports()).extracting(AllocationReport::state).containsExactly(AllocationState.RUNNING);
    }

    @Test
    void shouldGoOnCountingRestartsWhenTheAgentLostItsMemory() {
        run(Samples.batch(2, "one"));
        bench.exit("one", 1);
        bench.settle();
        bench.passToWake();
        Manifest manifest = bench.manifest;
        bench.restartAgent(Map.of());
        bench.manifest = manifest;
        bench.exit("one", 1);
        bench.settle();

        assertThat(bench.last.wakeAtMillis() - bench.clock.nowMillis()).isEqualTo(2_000);
        bench.passToWake();
        assertThat(report().tasks().get(0).restarts()).isEqualTo(2);
        bench.exit("one", 1);
        bench.settle();
        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
    }

    @Test
    void shouldCountARunThatAMachinesRestartTookAsOneOfUnknownStatus() {
        run(Samples.batch(0, "one"));
        bench.node.reboot();
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.FAILED);
        assertThat(report().reason()).isEqualTo("exit status unknown");
    }

    @Test
    void shouldStartAServiceAgainWhenTheMachineWasRestarted() {
        run(Samples.service("one"));
        bench.node.reboot();
        bench.settle();
        bench.passToWake();

        assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
        assertThat(report().tasks().get(0).restarts()).isEqualTo(1);
    }

    @Test
    void shouldNeverBeginAnewWhatWasReportedAsEnded() {
        run(Samples.batch(0, "one"));
        bench.exit("one", 0);
        bench.settle();
        AllocationReport complete = report();
        bench.node.reboot();
        bench.settle();

        assertThat(report()).isEqualTo(complete);
        assertThat(bench.node.list()).isEmpty();
    }

    @Test
    void shouldKeepWhatHasEndedUntilTheManifestForgetsIt() {
        run(Samples.batch(0, "one"));
        bench.exit("one", 0);
        bench.settle();
        bench.manifest = Samples.manifest(2, Samples.row("a1", "elsewhere", Desired.ENDED));
        bench.settle();

        assertThat(bench.node.list()).as("its output can be read").hasSize(1);
        assertThat(bench.last.missingSpecs()).isEmpty();

        bench.manifest = Samples.manifest(3);
        bench.settle();
        assertThat(bench.node.list()).isEmpty();
    }

    @Test
    void shouldStartNothingThatIsToldToHaveEnded() {
        bench.manifest = Samples.manifest(1, Samples.row("a1", "elsewhere", Desired.ENDED));
        bench.settle();

        assertThat(bench.node.list()).isEmpty();
        assertThat(bench.last.missingSpecs()).isEmpty();
    }

    @Test
    void shouldWaitForTheSpecificationAndAskForIt() {
        bench.manifest = Samples.manifest(1, Samples.row("a1", "elsewhere", Desired.RUN));
        bench.settle();

        assertThat(bench.last.missingSpecs()).containsExactly("elsewhere");
        assertThat(report().state()).isEqualTo(AllocationState.PENDING);
        assertThat(bench.node.requests()).isEmpty();
    }

    @Test
    void shouldDecideNothingForABusyAllocation() {
        want(Samples.service("one"), Desired.RUN);
        Plan plan = Reconciler.plan(new Sight(
                "node-1",
                bench.manifest,
                bench.specs,
                List.of(),
                Map.of(),
                Map.of(),
                java.util.Set.of("a1"),
                true,
                false,
                0));

        assertThat(plan.works()).isEmpty();
        assertThat(plan.reports()).isEmpty();
        assertThat(plan.memory()).isEmpty();
    }

    @Test
    void shouldStartWhatMustNotRunTwiceOnlyWhileTheLeaseIsHeld() {
        bench.leaseHeld = false;
        run(new GroupDocument(JobType.SERVICE, Samples.group(3, DisconnectPolicy.STOP, "one")));
        assertThat(report().state()).isEqualTo(AllocationState.PENDING);
        assertThat(report().reason()).isEqualTo("waits for the node's lease");

        bench.leaseHeld = true;
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
        assertThat(bench.node.list().get(0).stopWhenDisconnected()).isTrue();
    }

    @Test
    void shouldEndWhatTheDeadlineEndedAndNotRestartIt() {
        run(new GroupDocument(JobType.SERVICE, Samples.group(3, DisconnectPolicy.STOP, "one")));
        bench.exit("one", new Reply.Exit(-1, 9, false, true, "deadline-passed", bench.clock.nowMillis()));
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(report().reason()).isEqualTo("deadline-passed");
        assertThat(bench.last.wakeAtMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldEndAllWhenDraining() {
        run(Samples.service("one"));
        bench.draining = true;
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.STOPPED);
        assertThat(bench.node.alive()).isEmpty();
    }

    @Test
    void shouldEndAnOlderRunThatOutlivedItsSuccessorsStart() {
        run(Samples.service("one"));
        Reply.SandboxStatus before = bench.node.list().get(0);
        Reply.ContainerStatus first = before.containers().get(0);
        Map<String, String> second = new TreeMap<>(first.annotations());
        second.put(Annotations.ATTEMPT, "1");
        Reply.ContainerStatus newer =
                new Reply.ContainerStatus("a1-0-1", "a1", "running", 7, 5, Reply.Exit.NONE, second);
        Plan plan = Reconciler.plan(new Sight(
                "node-1",
                bench.manifest,
                bench.specs,
                List.of(new Reply.SandboxStatus("a1", false, before.annotations(), List.of(first, newer))),
                bench.memory,
                Map.of(),
                java.util.Set.of(),
                true,
                false,
                bench.clock.nowMillis()));

        assertThat(plan.works().get(0).steps())
                .extracting(step -> ((Step.Ask) step).request())
                .containsExactly(new Request.StopContainer("a1-0-0", 15, 10_000));
    }

    @Test
    void shouldNotWaitForEverWhenTheClockWasSetBack() {
        run(Samples.service("one"));
        bench.exit("one", FakeNode.code(1, bench.clock.nowMillis()));
        bench.clock.jumpMillis(-3_600_000);
        bench.settle();

        assertThat(report().state()).isEqualTo(AllocationState.RUNNING);
    }

    @Test
    void shouldNotActTwiceOnWhatTheKeeperIsStopping() {
        run(Samples.service("one"));
        Reply.SandboxStatus sandbox = bench.node.list().get(0);
        Reply.ContainerStatus c = sandbox.containers().get(0);
        Reply.ContainerStatus stopping = new Reply.ContainerStatus(
                c.id(), c.sandbox(), "stopping", c.pid(), c.startedAtMillis(), Reply.Exit.NONE, c.annotations());
        want(Samples.service("one"), Desired.STOP);
        Plan plan = Reconciler.plan(new Sight(
                "node-1",
                bench.manifest,
                bench.specs,
                List.of(new Reply.SandboxStatus("a1", false, sandbox.annotations(), List.of(stopping))),
                new HashMap<>(bench.memory),
                Map.of(),
                java.util.Set.of(),
                true,
                false,
                bench.clock.nowMillis()));

        assertThat(plan.works()).isEmpty();
        assertThat(plan.reports().get(0).state()).isEqualTo(AllocationState.STOPPING);
    }
}
