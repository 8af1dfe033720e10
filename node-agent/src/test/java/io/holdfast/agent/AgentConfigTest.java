package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.state.Capacity;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigTest {
    @TempDir
    Path directory;

    private Outcome<AgentConfig> read(String file, Map<String, String> flags) throws Exception {
        Path path = Files.writeString(directory.resolve("agent.yaml"), file);
        return AgentConfig.read(
                ConfigReader.forRole(AgentConfig.ROLE).flags(flags).file(path).open(), "My-Host.example");
    }

    private static AgentConfig ok(Outcome<AgentConfig> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok<AgentConfig>) outcome).value();
    }

    private static List<Rejected> refused(Outcome<AgentConfig> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused<AgentConfig>) outcome).errors();
    }

    @Test
    void shouldTakeDefaultsForAllButThePaths() throws Exception {
        AgentConfig config = ok(read("data-dir: data\nnode-token-file: token\nkeeper-socket: k.sock\n", Map.of()));

        assertThat(config)
                .isEqualTo(new AgentConfig(
                        directory.resolve("data"),
                        "my-host-example",
                        List.of(URI.create("http://127.0.0.1:7470")),
                        directory.resolve("token"),
                        directory.resolve("k.sock"),
                        new Capacity(0, 0, 0, 0),
                        false,
                        60_000));
    }

    @Test
    void shouldReadEveryKey() throws Exception {
        Files.writeString(directory.resolve("registries.yaml"), "registries: {r.lan: {plain-http: true}}\n");
        AgentConfig config = ok(read("""
                data-dir: /var/lib/holdfast/agent
                name: node-7
                schedulers: ["http://10.0.0.1:7470", "https://b.example"]
                node-token-file: /etc/holdfast/node-token
                keeper-socket: /run/holdfast/keeper.sock
                reserve: {cpu: 500m, memory: 512Mi, disk: 10Gi, pids: 200}
                drain-timeout: 90s
                registries-file: registries.yaml
                """, Map.of("drain-on-exit", "true")));

        assertThat(config)
                .isEqualTo(new AgentConfig(
                        Path.of("/var/lib/holdfast/agent"),
                        "node-7",
                        List.of(URI.create("http://10.0.0.1:7470"), URI.create("https://b.example")),
                        Path.of("/etc/holdfast/node-token"),
                        Path.of("/run/holdfast/keeper.sock"),
                        new Capacity(500, 512L << 20, 10L << 30, 200),
                        true,
                        90_000,
                        new RegistriesConfig(
                                RegistriesConfig.NO_FILE,
                                Map.of(
                                        "r.lan",
                                        new RegistriesConfig.Registry(List.of(), RegistriesConfig.NO_FILE, true)))));
    }

    @Test
    void shouldTellEverythingThatIsWrongAtOnce() throws Exception {
        List<Rejected> errors = refused(read("""
                name: Not A Name
                schedulers: ["10.0.0.1:7470", "http://host/path"]
                keeper-socket: /%s
                registries-file: /no/such/file.yaml
                shedulers: []
                """.formatted("x".repeat(120)), Map.of()));

        assertThat(errors)
                .extracting(Rejected::path)
                .contains(
                        "data-dir",
                        "name",
                        "schedulers",
                        "node-token-file",
                        "keeper-socket",
                        "registries-file",
                        "shedulers");
        assertThat(errors)
                .filteredOn(error -> error.path().equals("schedulers"))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error.message()).contains("write it as http://127.0.0.1:7470"));
    }
}
