package io.holdfast.scheduler.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.scheduler.sim.SimLoop;
import io.holdfast.scheduler.store.MemoryStore;
import io.holdfast.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final long LEASE_MILLIS = 9_000;

    private final ManualClock clock = new ManualClock();
    private final SimLoop loop = new SimLoop(clock);
    private final MemoryStore.Disk disk = new MemoryStore.Disk("cluster-1");
    private final List<String> told = new ArrayList<>();

    private Leadership leadership(String holder, Executor storeThread) {
        return new Leadership(
                new MemoryStore(disk, storeThread), loop, clock, holder, LEASE_MILLIS, new Leadership.Follower() {
                    @Override
                    public void lead(long epoch) {
                        told.add(holder + " leads " + epoch);
                    }

                    @Override
                    public void follow(String reason) {
                        told.add(holder + " follows: " + reason);
                    }
                });
    }

    @Test
    void shouldKeepTheLeadByRenewing() {
        leadership("a", loop::execute).start();
        Leadership b = leadership("b", loop::execute);
        loop.run();
        b.start();
        loop.advance(10 * LEASE_MILLIS);
        assertThat(told).containsExactly("a leads 1");
        assertThat(b.epoch()).isZero();
    }

    @Test
    void shouldStepDownWhenItsRenewalsAreNotAnsweredInTime() {
        boolean[] hangs = {false};
        List<Runnable> held = new ArrayList<>();
        Leadership a = leadership("a", task -> {
            if (hangs[0]) {
                held.add(task);
            } else {
                loop.execute(task);
            }
        });
        a.start();
        loop.run();
        assertThat(a.epoch()).isEqualTo(1);
        hangs[0] = true;
        loop.advance(2 * LEASE_MILLIS);
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).startsWith("a follows: the lease ran out");
        assertThat(a.epoch()).isZero();
        hangs[0] = false;
        held.forEach(Runnable::run);
        loop.advance(LEASE_MILLIS);
        assertThat(a.epoch()).as("it leads again, in a new epoch").isEqualTo(2);
    }

    @Test
    void shouldTakeTheLeadAboveAnEpochThatWasSeen() {
        Leadership a = leadership("a", loop::execute);
        a.start();
        loop.run();
        a.outbid(40);
        assertThat(a.epoch()).isZero();
        loop.advance(5_000);
        assertThat(a.epoch()).isEqualTo(41);
        a.outbid(41);
        a.outbid(3);
        assertThat(a.epoch()).isEqualTo(41);
    }

    @Test
    void shouldTakeOverWhenTheLeaderHasGivenTheLeadBack() {
        Leadership a = leadership("a", loop::execute);
        a.start();
        loop.run();
        a.close();
        loop.run();
        Leadership b = leadership("b", loop::execute);
        b.start();
        loop.run();
        assertThat(b.epoch()).isEqualTo(2);
    }
}
