package io.holdfast.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepackingRoutesTest {
    private static final long BOUND_SECONDS = 30;

    private final CompletableFuture<Void> held = new CompletableFuture<>();
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        held.complete(null);
        api.close();
    }

    private HttpResponse<String> get(String query) {
        return api.send(api.request("/v1/repacking" + query).GET());
    }

    @Test
    void shouldRefuseMoreMovesThanAnyPlanHas() {
        for (String moves : new String[] {"0", "501", "-1", "many"}) {
            HttpResponse<String> answer = get("?moves=" + moves);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("moves");
        }
        assertThat(get("?moves=500").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldWorkOutOneAtATimeWithoutHoldingUpOthers() throws Exception {
        CompletableFuture<Void> begun = api.cluster.holdRepackings(held);
        CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> get(""));
        begun.get(BOUND_SECONDS, TimeUnit.SECONDS);

        HttpResponse<String> second = get("");
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.body()).contains("one at a time: try again in a moment");
        assertThat(api.send(api.request("/v1/nodes").GET()).statusCode()).isEqualTo(200);

        held.complete(null);
        assertThat(first.get(BOUND_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(get("").statusCode()).isEqualTo(200);
    }
}
