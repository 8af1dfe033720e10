package io.holdfast.scheduler.store;

import static io.holdfast.scheduler.store.StoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.testkit.CountingIds;
import io.holdfast.testkit.Seed;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreKillTest {
    private static final int KILLS = 5;
    private static final int MOST_COMMITS = 400;
    private static Vertx vertx;

    @TempDir
    Path dir;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        await(vertx.close());
    }

    @Test
    void shouldKeepEveryAcknowledgedCommitWholeWhenKilledAtAnyMoment() throws Exception {
        Seed seed = Seed.of(7);
        SplittableRandom random = seed.random();
        Set<String> acknowledged = new HashSet<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            List<String> printed = new ArrayList<>();
            try (StoreChild child = StoreChild.start(dir)) {
                int commits = 1 + random.nextInt(MOST_COMMITS);
                while (printed.size() < commits) {
                    printed.add(child.nextLine());
                }
                printed.addAll(child.kill());
            }
            acknowledged.addAll(printed);

            check(acknowledged, kill, seed);
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS);
    }

    private void check(Set<String> acknowledged, int kill, Seed seed) {
        Store store = SqliteStore.open(dir, vertx, new CountingIds("cluster-"), 1);
        try {
            Map<String, Long> allocations = await(store.load()).allocations().stream()
                    .map(Allocation::id)
                    .collect(Collectors.groupingBy(id -> id.substring(0, id.lastIndexOf('-')), Collectors.counting()));
            List<ClusterEvent> events = new ArrayList<>();
            for (List<ClusterEvent> page = await(store.eventsAfter(0, 1_000));
                    !page.isEmpty();
                    page = await(store.eventsAfter(events.get(events.size() - 1).id(), 1_000))) {
                events.addAll(page);
            }
            assertThat(allocations.keySet()).as("kill %d, %s", kill, seed).containsAll(acknowledged);
            assertThat(allocations.values())
                    .as("whole commits, kill %d, %s", kill, seed)
                    .containsOnly((long) StoreChild.PER_COMMIT);
            assertThat(events)
                    .extracting(ClusterEvent::subject)
                    .as("an event for each, kill %d, %s", kill, seed)
                    .containsExactlyInAnyOrderElementsOf(allocations.keySet());
            LeadLease lease = await(store.takeLead("test", 0, 2, 0));
            assertThat(lease).isEqualTo(new LeadLease("test", 2L * kill, 2));
            await(store.releaseLead(lease.epoch()));
        } finally {
            await(store.close());
        }
    }
}
