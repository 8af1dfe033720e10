package io.holdfast.scheduler.store;

import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.testkit.CountingIds;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
    private static Vertx vertx;
    private final CountingIds ids = new CountingIds("cluster-");

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

    @Override
    Store open() {
        return SqliteStore.open(dir, vertx, ids, 1);
    }

    @Test
    void shouldAnswerOnTheContextOfTheCaller() {
        Context context = vertx.getOrCreateContext();
        Promise<List<Context>> seen = Promise.promise();
        context.runOnContext(v -> store.load()
                .compose(state -> {
                    Context first = Vertx.currentContext();
                    return store.renewLead(1, 1, 1).map(renewed -> List.of(first, Vertx.currentContext()));
                })
                .onComplete(seen));

        assertThat(await(seen.future())).containsExactly(context, context);
    }

    @Test
    void shouldKeepAFailedOperationFromHurtingThoseOfTheSameTransaction() {
        await(store.takeLead("a", 0, 1, 1_000));
        List<Future<List<ClusterEvent>>> good = new ArrayList<>();
        List<Future<List<ClusterEvent>>> bad = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            good.add(store.commit(1, Sample.placing(List.of(Sample.allocation("good" + i, i)), List.of())));
            bad.add(store.commit(2, Sample.placing(List.of(Sample.allocation("bad" + i, i)), List.of())));
        }

        good.forEach(StoreContract::await);
        bad.forEach(commit -> assertThatThrownBy(() -> await(commit)).isInstanceOf(StoreException.Fenced.class));
        assertThat(await(store.load()).allocations())
                .hasSize(200)
                .allMatch(allocation -> allocation.id().startsWith("good"));
    }

    @Test
    void shouldRefuseWhatComesAfterItsClosing() {
        List<Future<?>> before = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            before.add(store.putJob(Sample.WEB, Sample.service("v" + i), OptionalInt.empty(), i));
        }
        Future<Void> closed = store.close();

        assertThatThrownBy(() -> await(store.renewLead(1, 1, 1)))
                .isInstanceOf(StoreException.class)
                .hasMessage("renewing the lead failed: the store is closed");
        before.forEach(StoreContract::await);
        await(closed);
        await(store.close());
    }

    @Test
    void shouldKeepABoundedNumberOfVersionsAndEvents() throws Exception {
        for (int i = 1; i <= StoreLimits.MAX_VERSIONS_PER_JOB + 5; i++) {
            valueOf(await(store.putJob(Sample.WEB, Sample.service("v" + i), OptionalInt.empty(), i)));
        }
        await(store.takeLead("a", 0, 1, 1_000));
        ClusterEvent event = new ClusterEvent(0, 1, "x", "", "", Map.of());
        int events = StoreLimits.MAX_EVENTS + 3;
        await(store.commit(1, Sample.saying(Collections.nCopies(events, event).toArray(ClusterEvent[]::new))));

        assertThat(count("SELECT count(*) FROM job_version")).isEqualTo(StoreLimits.MAX_VERSIONS_PER_JOB);
        assertThat(count("SELECT count(*) FROM event")).isEqualTo(StoreLimits.MAX_EVENTS);
        assertThat(await(store.load()).jobs())
                .extracting(StoredJob::version)
                .containsExactly(StoreLimits.MAX_VERSIONS_PER_JOB + 5);
        long oldest = StoreLimits.MAX_VERSIONS_PER_JOB + 5 + events - StoreLimits.MAX_EVENTS + 1;
        assertThat(await(store.eventsAfter(0, 1))).extracting(ClusterEvent::id).containsExactly(oldest);
        assertThat(await(store.eventsAfter(0, Integer.MAX_VALUE))).hasSize(StoreLimits.MAX_EVENTS_PER_READ);
    }

    @Test
    void shouldWaitForTheDiskBeforeItAnswers() throws Exception {
        try (Connection connection = Connections.writer(dir.resolve(DataDirectory.DATABASE));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA synchronous")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).as("2 is FULL").isEqualTo(2);
        }
        assertThat(count("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"))
                .isEqualTo(1);
    }

    @Test
    void shouldLetOnlyItsOwnerReadItsFiles() throws Exception {
        put();

        try (var files = Files.list(dir)) {
            assertThat(files.toList())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void shouldLeaveOneFileAndTheLockWhenClosed() throws Exception {
        put();
        await(store.close());

        try (var files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(DataDirectory.DATABASE, "store.lock");
        }
    }

    private void put() {
        valueOf(await(store.putJob(Sample.WEB, Sample.service("v1"), OptionalInt.empty(), 1)));
    }

    private int count(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve(DataDirectory.DATABASE));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
