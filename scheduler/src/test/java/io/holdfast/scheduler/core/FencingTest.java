package io.holdfast.scheduler.core;

import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.placement.BestFitEngine;
import io.holdfast.scheduler.publish.MemoryLink;
import io.holdfast.scheduler.sim.Jobs;
import io.holdfast.scheduler.sim.SimLoop;
import io.holdfast.scheduler.store.MemoryStore;
import io.holdfast.testkit.CountingIds;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two schedulers on one store and one set of maps: whoever led and does not know yet that another does can do no harm. */
class FencingTest {
    private static final JobKey WEB = Jobs.key("web");

    private final ManualClock clock = new ManualClock();
    private final MemoryStore.Disk disk = new MemoryStore.Disk("cluster-1");
    private final MemoryLink.Maps maps = new MemoryLink.Maps();
    private final Member first = new Member("first");
    private final Member second = new Member("second");

    /** A scheduler whose loop runs only when it is told to. */
    private final class Member {
        final SimLoop loop = new SimLoop(clock);
        final Core core;

        Member(String name) {
            core = new Core(
                    CoreSettings.DEFAULT,
                    new MemoryStore(disk, loop::execute),
                    new MemoryLink(maps, loop::execute),
                    (node, reference) -> Future.failedFuture("no node is asked here"),
                    new BestFitEngine(),
                    loop,
                    clock,
                    new CountingIds(name),
                    name);
            loop.execute(core::start);
        }

        boolean leads() {
            return core.view().leader().leading();
        }

        void node() {
            maps.register(new NodeRegistration(
                    "node-1", "node-1", new Capacity(4_000, 1L << 40, 1, 1_000), new TreeMap<>(), "0", 1));
            core.leases().connected("node-1", "node-1");
            loop.run();
        }

        void renewFor(long millis) {
            for (long passed = 0; passed < millis; passed += 1_000) {
                core.leases().renewed("node-1");
                loop.advance(1_000);
            }
        }
    }

    @BeforeEach
    void begin() {
        first.loop.run();
        second.loop.run();
        first.node();
        assertThat(first.leads()).isTrue();
        assertThat(second.leads()).isFalse();
    }

    private Manifest manifest() {
        return maps.manifest("node-1").orElseThrow();
    }

    @Test
    void shouldRefuseWhatAnExLeaderCommits() {
        // decided, and not yet committed when the leader is paused
        Future<?> put = first.core.commands().putJob(WEB, Jobs.service("web", 2, "a"), OptionalInt.empty());
        second.renewFor(15_000);
        assertThat(second.leads()).isTrue();
        second.node();
        valueOf(stored(second, Jobs.service("web", 1, "b")));

        first.loop.run();
        assertThat(put.isComplete()).isTrue();
        first.loop.advance(1);
        assertThat(first.leads()).isFalse();
        assertThat(disk.allocations().keySet()).allMatch(id -> id.startsWith("second"));
        assertThat(manifest().epoch()).isEqualTo(disk.epoch());
    }

    private Outcome<JobStatus> stored(Member member, JobSpec spec) {
        Future<Outcome<JobStatus>> put = member.core.commands().putJob(WEB, spec, OptionalInt.empty());
        member.loop.run();
        return put.result();
    }

    @Test
    void shouldRefuseWhatAnExLeaderPublishes() {
        valueOf(stored(first, Jobs.service("web", 1, "a")));
        Manifest ofFirst = manifest();
        second.renewFor(15_000);
        second.node();
        assertThat(second.leads()).isTrue();
        Manifest ofSecond = manifest();
        assertThat(ofSecond.epoch()).isGreaterThan(ofFirst.epoch());

        Future<Long> late = new MemoryLink(maps, Runnable::run)
                .publish("node-1", new Manifest("cluster-1", ofFirst.epoch(), Long.MAX_VALUE, 0, List.of()));
        assertThat(late.result()).isEqualTo(ofSecond.epoch());
        assertThat(manifest()).isEqualTo(ofSecond);
        // and the ex-leader finds out, whichever of its timers comes first
        first.loop.advance(1);
        assertThat(first.leads()).isFalse();
        assertThat(manifest()).isEqualTo(ofSecond);
    }

    @Test
    void shouldRefuseCommandsWhereNobodyLeads() {
        assertThat(errorsOf(stored(second, Jobs.service("web", 1, "a"))).get(0).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void shouldHandTheLeadOverAtOnceWhenALeaderEndsInOrder() {
        first.core.close();
        first.loop.run();
        second.loop.advance(2_000);
        assertThat(second.leads()).isTrue();
    }
}
