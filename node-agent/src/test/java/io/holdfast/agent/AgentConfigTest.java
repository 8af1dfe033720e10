package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
                pool: gpu
                datacenter: fra
                attributes: {rack: r1, "zone.row": a b}
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
                        new NodeTraits("gpu", "fra", new TreeMap<>(Map.of("rack", "r1", "zone.row", "a b"))),
                        new RegistriesConfig(
                                RegistriesConfig.NO_FILE,
                                Map.of(
                                        "r.lan",
                                        new RegistriesConfig.Registry(List.of(), RegistriesConfig.NO_FILE, true)))));
    }

    @Test
    void shouldTakeAttributesFromTheEnvironmentInPlaceOfTheFile() throws Exception {
        Path path = Files.writeString(directory.resolve("agent.yaml"), """
                data-dir: data
                node-token-file: token
                keeper-socket: k.sock
                attributes: {rack: r1, old: x}
                """);
        AgentConfig config = ok(AgentConfig.read(
                ConfigReader.forRole(AgentConfig.ROLE)
                        .environment(Map.of("HOLDFAST_AGENT_ATTRIBUTES", "rack=r2, size = a=b,"))
                        .file(path)
                        .open(),
                "host"));

        assertThat(config.traits().attributes()).isEqualTo(Map.of("rack", "r2", "size", "a=b"));
    }

    @Test
    void shouldTakeAttributesThatAreEmptyAsNone() throws Exception {
        AgentConfig config =
                ok(read("data-dir: data\nnode-token-file: token\nkeeper-socket: k.sock\nattributes: {}\n", Map.of()));

        assertThat(config.traits()).isEqualTo(NodeTraits.DEFAULT);
    }

    @Test
    void shouldSayWhatIsWrongWithAttributes() throws Exception {
        String paths = "data-dir: data\nnode-token-file: token\nkeeper-socket: k.sock\n";
        assertThat(refused(read(paths + "pool: '*'\ndatacenter: FRA\n", Map.of())))
                .extracting(Rejected::path, Rejected::value)
                .containsExactly(tuple("pool", "*"), tuple("datacenter", "FRA"));
        assertThat(refused(read(
                        paths
                                + "attributes: {a b: x, rack: 7, empty: '', long: '%s', spaced: ' x'}\n"
                                        .formatted("x".repeat(NodeTraits.MAX_VALUE_LENGTH + 1)),
                        Map.of())))
                .extracting(Rejected::path)
                .containsExactlyInAnyOrder(
                        "attributes.a b",
                        "attributes.rack",
                        "attributes.empty",
                        "attributes.long",
                        "attributes.spaced");
        assertThat(refused(read(paths + "attributes: [rack]\n", Map.of())))
                .singleElement()
                .satisfies(error -> assertThat(error.text())
                        .startsWith("attributes: must be a mapping of names and texts, not a list"));
        assertThat(refused(read(paths, Map.of("attributes", "rack"))))
                .singleElement()
                .satisfies(error -> assertThat(error.text())
                        .isEqualTo("attributes: rack has no value: write name=value (from flag --attributes)"));
        String many = IntStream.rangeClosed(0, NodeTraits.MAX_ATTRIBUTES)
                .mapToObj(i -> "a" + i + ": x")
                .collect(Collectors.joining(", "));
        assertThat(refused(read(paths + "attributes: {" + many + "}\n", Map.of())))
                .singleElement()
                .satisfies(error -> assertThat(error.text())
                        .startsWith("attributes: 65 attributes are above 64, the most of a node: leave some out"));
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
