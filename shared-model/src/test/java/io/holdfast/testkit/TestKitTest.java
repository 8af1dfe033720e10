package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.IdSource;
import io.holdfast.model.RandomIds;
import io.holdfast.model.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TestKitTest {

    @Test
    void shouldMoveTimeOnlyWhenTold() {
        ManualClock clock = new ManualClock(1_000);
        clock.advance(Duration.ofSeconds(2));
        assertThat(clock.nowMillis()).isEqualTo(3_000);
        assertThat(clock.monotonicMillis()).isEqualTo(2_000);
        clock.jumpMillis(-2_500);
        assertThat(clock.nowMillis()).isEqualTo(500);
        assertThat(clock.monotonicMillis()).isEqualTo(2_000);
        assertThatThrownBy(() -> clock.advanceMillis(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveTheMachinesTime() {
        long before = System.currentTimeMillis();
        assertThat(SystemClock.INSTANCE.nowMillis()).isGreaterThanOrEqualTo(before);
        long nanos = SystemClock.INSTANCE.monotonicNanos();
        assertThat(SystemClock.INSTANCE.monotonicNanos()).isGreaterThanOrEqualTo(nanos);
    }

    @Test
    void shouldMintIdsThatDifferAndStandUnquoted() {
        IdSource ids = new RandomIds(new SecureRandom());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = ids.next();
            assertThat(id).matches("[0-9a-hjkmnp-tv-z]{26}");
            assertThat(seen.add(id)).isTrue();
        }
    }

    @Test
    void shouldRepeatFromASeed() {
        assertThat(new Seed(5).ids().next()).isEqualTo(new Seed(5).ids().next());
        assertThat(new RandomJobs(new Seed(5).random()).job()).isEqualTo(new RandomJobs(new Seed(5).random()).job());
        assertThat(new RandomJobs(new Seed(5).random()).job()).isNotEqualTo(new RandomJobs(new Seed(6).random()).job());
        IdSource counting = new CountingIds("alloc");
        assertThat(counting.next() + counting.next()).isEqualTo("alloc-1alloc-2");
    }

    @Test
    void shouldReturnAsSoonAsTheConditionHolds() {
        AtomicInteger asked = new AtomicInteger();
        Await.until(Duration.ofSeconds(30), () -> asked.incrementAndGet() == 3);
        assertThat(asked).hasValue(3);
        Await.passes(
                Duration.ofSeconds(30),
                () -> assertThat(asked.incrementAndGet()).isEqualTo(5));
        assertThat(asked).hasValue(5);
    }

    @Test
    void shouldSayWhatItWaitedForInVain() {
        assertThatThrownBy(() -> Await.value("a two", Duration.ofMillis(5), () -> 1, seen -> seen == 2))
                .isInstanceOf(AssertionError.class)
                .hasMessage("waited 5 ms for a two; last seen: 1");
        assertThatThrownBy(() -> Await.until("the file", Duration.ofMillis(5), () -> {
                    throw new IllegalStateException("not there");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("waited 5 ms for the file")
                .hasRootCauseMessage("not there");
    }

    @Test
    void shouldBuildAllocationsThatFollowTheirLife() {
        var pending = Allocations.pending("a1", Jobs.batch("sum", 2), 1, "n1");
        var running = Allocations.running(pending, 5);
        var failed = Allocations.ended(running, 3, 9);
        assertThat(pending.state().mayBecome(running.state())).isTrue();
        assertThat(running.state().mayBecome(failed.state())).isTrue();
        assertThat(failed.state().terminal()).isTrue();
        assertThat(failed.name()).isEqualTo("sum.main[1]");
        assertThat(Nodes.withAttribute(Nodes.node("n1"), "zone", "a").attributes())
                .containsEntry("zone", "a")
                .containsEntry("node.arch", "amd64");
    }
}
