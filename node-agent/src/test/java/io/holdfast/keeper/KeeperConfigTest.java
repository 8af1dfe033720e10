package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.Rejected;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeeperConfigTest {

    @Test
    void shouldHaveDefaults() {
        assertThat(KeeperFixture.ok(KeeperConfig.of(Map.of())))
                .isEqualTo(new KeeperConfig(
                        Path.of("/var/lib/holdfast/keeper"),
                        Path.of("/run/holdfast/keeper"),
                        Path.of("/run/holdfast/keeper.sock"),
                        "holdfast",
                        Path.of(""),
                        "",
                        0,
                        640 * 65_536));
    }

    @Test
    void shouldMapEveryKey() {
        assertThat(KeeperFixture.ok(KeeperConfig.of(Map.of(
                        "data-dir", "/d",
                        "run-dir", "/r",
                        "socket", "/s",
                        "cgroup-parent", "a/b",
                        "policy-file", "/p",
                        "agent-user", "holdfast",
                        "id-range-first", "1000000",
                        "id-range-size", "131072"))))
                .isEqualTo(new KeeperConfig(
                        Path.of("/d"),
                        Path.of("/r"),
                        Path.of("/s"),
                        "a/b",
                        Path.of("/p"),
                        "holdfast",
                        1_000_000,
                        131_072));
    }

    @Test
    void shouldTellEveryErrorAtOnce() {
        List<Rejected> errors = errors(Map.of(
                "dta-dir", "/d",
                "id-range-first", "1000",
                "id-range-size", "65537",
                "socket", "/" + "x".repeat(120)));

        assertThat(errors)
                .extracting(Rejected::path)
                .containsExactlyInAnyOrder("dta-dir", "id-range-first", "id-range-size", "socket");
        assertThat(errors.toString()).contains("data-dir");
    }

    @Test
    void shouldRefuseRangeBeyondTheLastId() {
        assertThat(errors(Map.of("id-range-first", "2147400000")).toString()).contains("beyond the last id");
    }

    private static List<Rejected> errors(Map<String, String> values) {
        return KeeperConfig.of(values).fold(config -> List.of(), errors -> errors);
    }
}
