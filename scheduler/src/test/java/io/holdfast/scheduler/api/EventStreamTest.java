package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.scheduler.event.ClusterEvent;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
    private static final String PROBE = "- probe";
    private static final String NO_DATA = "{}";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void publish(long id, String type) {
        api.cluster.publish(FakeCluster.event(id, type, "default", "web"));
    }

    /** Until it has read what is stored, a reader gets a reset in place of what is only observed. */
    private void becomeLevel(Sse events) {
        Await.until("a reader that is level", ApiFixture.BOUND, () -> {
            publish(0, "probe");
            return events.messages.contains(PROBE);
        });
    }

    private static List<String> sinceLevel(Sse events) {
        List<String> all = List.copyOf(events.messages);
        return all.subList(all.indexOf(PROBE), all.size()).stream()
                .filter(message -> !message.equals(PROBE))
                .toList();
    }

    @Test
    void shouldSendWhatHappensFromNowOnWhenNoIdIsGiven() {
        publish(1, "before");
        try (Sse events = Sse.open(api, "", "")) {
            assertThat(events.lastId()).isEqualTo("1");
            becomeLevel(events);
            publish(2, "job-submitted");
            publish(0, "allocation-changed");
            publish(3, "job-stopped");
            Await.until(
                    "three events", ApiFixture.BOUND, () -> sinceLevel(events).size() >= 3);
            assertThat(sinceLevel(events)).containsExactly("2 job-submitted", "- allocation-changed", "3 job-stopped");
            ContractCheck check = new ContractCheck();
            assertThat(events.data)
                    .filteredOn(data -> !data.equals(NO_DATA))
                    .allSatisfy(data -> assertThat(check.errors(check.schema("Event"), data))
                            .isEmpty());
        }
    }

    @Test
    void shouldResumeAfterTheLastEventSeenAndGoOnLive() {
        IntStream.rangeClosed(1, 5).forEach(id -> publish(id, "old"));
        try (Sse events = Sse.open(api, "", "2")) {
            events.await(3);
            publish(6, "new");
            events.await(4);
            assertThat(events.messages).containsExactly("3 old", "4 old", "5 old", "6 new");
        }
    }

    @Test
    void shouldResumeOverManyPagesWithoutLossOrRepetitionWhileEventsGoOn() {
        int old = EventReader.REPLAY_PAGE * 3 + 7;
        int all = old + 500;
        IntStream.rangeClosed(1, old).forEach(id -> publish(id, "e"));
        try (Sse events = Sse.open(api, "", "0")) {
            IntStream.rangeClosed(old + 1, all).forEach(id -> publish(id, "e"));
            events.await(all);
            assertThat(events.messages)
                    .isEqualTo(IntStream.rangeClosed(1, all)
                            .mapToObj(id -> id + " e")
                            .toList());
        }
    }

    @Test
    void shouldShowOnlyTheProjectsEventsAndThoseOfNoProject() {
        try (Sse events = Sse.open(api, "?project=blue", "")) {
            api.cluster.publish(FakeCluster.event(1, "red-event", "red", "x"));
            api.cluster.publish(FakeCluster.event(2, "blue-event", "blue", "x"));
            api.cluster.publish(FakeCluster.event(3, "node-changed", "", "n1"));
            events.await(2);
            assertThat(events.messages).containsExactly("2 blue-event", "3 node-changed");
        }
    }

    @Test
    void shouldTellToReadAnewWhenTheIdIsNotReachedYet() {
        publish(3, "e");
        try (Sse events = Sse.open(api, "", "99")) {
            publish(4, "e");
            events.await(2);
            assertThat(events.messages).containsExactly("- reset", "4 e");
        }
    }

    @Test
    void shouldNotQueueForAReaderThatDoesNotReadAndServeItFromTheStoreLater() throws Exception {
        try (Socket slow = new Socket("127.0.0.1", api.port)) {
            slow.setSoTimeout((int) ApiFixture.BOUND.toMillis());
            String request = "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + api.port + "\r\nAuthorization: Bearer "
                    + ApiFixture.TOKEN + "\r\n\r\n";
            slow.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            readUntil(slow.getInputStream(), "id: 0");

            int count = 800; // more than both sockets' buffers hold
            Map<String, Object> bulk = Map.of("text", "x".repeat(20_000));
            for (int id = 1; id <= count; id++) {
                api.cluster.publish(new ClusterEvent(id, ManualClock.START_MILLIS, "bulk", "default", "x", bulk));
            }
            api.cluster.publish(new ClusterEvent(0, ManualClock.START_MILLIS, "seen", "default", "x", Map.of()));
            // others are not held up meanwhile
            assertThat(api.get("/v1/health").statusCode()).isEqualTo(200);

            String all = readUntil(slow.getInputStream(), "event: reset");
            List<String> ids =
                    all.lines().filter(line -> line.startsWith("id: ")).toList();
            assertThat(ids)
                    .isEqualTo(IntStream.rangeClosed(1, count)
                            .mapToObj(id -> "id: " + id)
                            .toList());
            assertThat(all).doesNotContain("event: seen");
        }
    }

    private static String readUntil(InputStream in, String mark) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[64 << 10];
        while (all.indexOf(mark, Math.max(0, all.length() - (128 << 10))) < 0) {
            int length = in.read(buffer);
            if (length < 0) {
                throw new AssertionError("ended before " + mark + " after " + all.length());
            }
            all.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    @Test
    void shouldForgetReadersThatLeave() {
        try (Sse events = Sse.open(api, "", "")) {
            assertThat(events.ended()).isFalse();
            assertThat(api.get("/metrics").body()).contains("holdfast_event_readers 1");
        }
        Await.until("no readers", ApiFixture.BOUND, () -> {
            publish(0, "poke"); // a write finds out
            return api.get("/metrics").body().contains("holdfast_event_readers 0");
        });
    }

    @Test
    void shouldEndStreamsAndItsSubscriptionWhenTheServerCloses() {
        try (Sse events = Sse.open(api, "", "")) {
            assertThat(api.cluster.subscribers()).isEqualTo(1);
            ApiFixture.await(api.server.close());
            Await.until("the end", ApiFixture.BOUND, events::ended);
            assertThat(api.cluster.subscribers()).isZero();
        }
    }

    @Test
    void shouldSendAFaultOfTheStoreAsABreakNotAsAGap() {
        publish(1, "e");
        api.cluster.failStore(new IllegalStateException("no disk"));
        try (Sse events = Sse.open(api, "", "0")) {
            Await.until("the break", ApiFixture.BOUND, events::ended);
            assertThat(events.messages).isEmpty();
        }
        api.cluster.heal();
        try (Sse events = Sse.open(api, "", "0")) {
            events.await(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "99999999999999999999"})
    void shouldRefuseWhatIsNoId(String id) {
        assertThat(api.send(api.request("/v1/events")
                                .header("Last-Event-ID", id)
                                .GET())
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldRefuseWhileTheStateIsLoading() {
        api.cluster.loading();
        assertThat(api.get("/v1/events").statusCode()).isEqualTo(503);
        api.cluster.heal();
    }
}
