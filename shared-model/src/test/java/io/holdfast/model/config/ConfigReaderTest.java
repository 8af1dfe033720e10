package io.holdfast.model.config;

import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.error.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
    @TempDir
    Path dir;

    /** A configuration with a key of every type. */
    record Sample(
            int port,
            long lostAfterMillis,
            long cacheBytes,
            long cpuMillis,
            boolean open,
            String name,
            Path dataDir,
            List<String> peers,
            Secret token) {

        static Outcome<Sample> read(ConfigReader in) {
            int port = in.integer("http-port", 7470, 0, 65_535);
            long lostAfterMillis = in.durationMillis("node.lost-after", 10_000, 1_000, 3_600_000);
            long cacheBytes = in.sizeBytes("cache-size", 64 << 20, 1 << 20, 1L << 40);
            long cpuMillis = in.cpuMillis("reserved-cpu", 0, 0, 1_024_000);
            boolean open = in.flag("open", false);
            String name = in.text("name", "here");
            Path dataDir = in.path("data-dir", Path.of("/var/lib/holdfast"));
            List<String> peers = in.texts("peers", List.of());
            Secret token = in.secret("token");
            return in.finish(
                    () -> new Sample(port, lostAfterMillis, cacheBytes, cpuMillis, open, name, dataDir, peers, token));
        }
    }

    private ConfigSources.Builder sources() {
        return ConfigReader.forRole("scheduler");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("c.yaml"), text);
    }

    @Test
    void shouldHaveDefaultsWhenNothingIsGiven() {
        assertThat(valueOf(Sample.read(sources().open())))
                .isEqualTo(new Sample(
                        7470,
                        10_000,
                        64 << 20,
                        0,
                        false,
                        "here",
                        Path.of("/var/lib/holdfast"),
                        List.of(),
                        Secret.NONE));
    }

    @Test
    void shouldReadEveryTypeFromTheFile() throws IOException {
        Path file = file("""
                http-port: 80
                node: {lost-after: 500ms}
                node.lost-after-is-not-this: 1
                """);
        assertThat(textsOf(Sample.read(sources().file(file).open())))
                .containsExactly(
                        "node.lost-after: 500ms is below 1s, the least: give 1s to 1h (from file " + file + ")",
                        "node.lost-after-is-not-this: is not a key, did you mean 'node.lost-after' (from file " + file
                                + ")");
        file = file("""
                # all of them
                http-port: 80
                node:
                  lost-after: 3s
                cache-size: 1Gi
                reserved-cpu: 0.5
                open: true
                name: "eins"
                data-dir: sub/../data
                peers: [a, "b,c"]
                token: s3cret
                """);
        Sample sample = valueOf(Sample.read(sources().file(file).open()));
        assertThat(sample)
                .isEqualTo(new Sample(
                        80,
                        3_000,
                        1 << 30,
                        500,
                        true,
                        "eins",
                        dir.resolve("data"),
                        List.of("a", "b,c"),
                        Secret.of("s3cret")));
        assertThat(sample.toString()).doesNotContain("s3cret");
    }

    @Test
    void shouldReadEveryTypeFromFlagsAndEnvironment() {
        Map<String, String> variables = Map.of(
                "HOLDFAST_SCHEDULER_HTTP_PORT", "81",
                "HOLDFAST_SCHEDULER_NODE_LOST_AFTER", "2s",
                "HOLDFAST_SCHEDULER_CACHE_SIZE", "2Mi",
                "HOLDFAST_SCHEDULER_RESERVED_CPU", "2",
                "HOLDFAST_SCHEDULER_OPEN", "true",
                "HOLDFAST_SCHEDULER_NAME", "7",
                "HOLDFAST_SCHEDULER_PEERS", "a, b",
                "HOLDFAST_AGENT_NAME", "another role's",
                "PATH", "/bin");
        Map<String, String> flags = Map.of("http-port", "82", "data-dir", "/d");
        assertThat(valueOf(Sample.read(
                        sources().environment(variables).flags(flags).open())))
                .isEqualTo(new Sample(
                        82, 2_000, 2 << 20, 2_000, true, "7", Path.of("/d"), List.of("a", "b"), Secret.NONE));
    }

    @Test
    void shouldPreferFlagToEnvironmentToFile() throws IOException {
        Path file = file("name: file\nhttp-port: 1\ndata-dir: /file\n");
        Map<String, String> variables = Map.of("HOLDFAST_SCHEDULER_NAME", "env", "HOLDFAST_SCHEDULER_HTTP_PORT", "2");
        Sample sample = valueOf(Sample.read(sources()
                .file(file)
                .environment(variables)
                .flags(Map.of("name", "flag"))
                .open()));
        assertThat(sample.name()).isEqualTo("flag");
        assertThat(sample.port()).isEqualTo(2);
        assertThat(sample.dataDir()).isEqualTo(Path.of("/file"));
    }

    @Test
    void shouldTellEveryErrorAtOnceWithItsOrigin() throws IOException {
        Path file = file("http-prot: 80\ncache-size: lots\nname: 5\nopen: 'true'\npeers: {a: b}\n");
        assertThat(textsOf(Sample.read(sources()
                        .file(file)
                        .environment(Map.of("HOLDFAST_SCHEDULER_HTTP_PORT", "70000", "HOLDFAST_SCHEDULER_TOKN", "hush"))
                        .flags(Map.of("node.lost-after", "soon"))
                        .open())))
                .containsExactly(
                        "http-port: 70000 is above 65535, the most: give 0 to 65535 (from environment HOLDFAST_SCHEDULER_HTTP_PORT)",
                        "node.lost-after: soon is not a duration: write a number and a unit, as 10s or 500ms (from flag --node-lost-after)",
                        "cache-size: lots is not a size: write a number and a unit, as 512Mi (from file " + file + ")",
                        "open: true must be true or false without quotes, not text (from file " + file + ")",
                        "name: 5 must be text, not a number, write it in quotes: \"5\" (from file " + file + ")",
                        "http-prot: is not a key, did you mean 'http-port' (from file " + file + ")",
                        "peers.a: is not a key, did you mean 'peers' (from file " + file + ")",
                        "tokn: is not a key, did you mean 'token' (from environment HOLDFAST_SCHEDULER_TOKN)");
    }

    @Test
    void shouldNeverShowASecret() throws IOException {
        for (String line : List.of(
                "token: 98765\n",
                "token: [98765]\n",
                "tken: 98765\n",
                "token: *98765\n",
                "token: \"98765\n",
                "token: &98765 x\n",
                "token: !98765 x\n",
                "token: 98765\ntoken: 98765\n",
                "98765: {\n",
                "token: {t: 98765}\n")) {
            assertThat(textsOf(Sample.read(sources().file(file(line)).open())))
                    .as(line)
                    .isNotEmpty()
                    .allSatisfy(message -> {
                        if (!line.startsWith("98765")) {
                            assertThat(message).doesNotContain("98765");
                        }
                    });
        }
    }

    @Test
    void shouldTellWhereTheFileIsBroken() throws IOException {
        Path file = file("a: 1\nb: [\n");
        assertThat(textsOf(Sample.read(sources().file(file).open())))
                .containsExactly("config: " + file + " cannot be used: not YAML at line 3, column 1: cannot be read");
    }

    @Test
    void shouldTellThatTheFileIsNotThere() {
        Path file = dir.resolve("none.yaml");
        assertThat(textsOf(Sample.read(sources().file(file).open())))
                .containsExactly("config: " + file + " is not there: make the file, or name another with --config");
    }

    @Test
    void shouldTellThatTheFileIsADirectory() {
        assertThat(textsOf(Sample.read(sources().file(dir).open())))
                .containsExactly("config: " + dir + " cannot be read: Is a directory");
    }

    @Test
    void shouldTakeAFileOfCommentsAndEmptySections() throws IOException {
        assertThat(valueOf(Sample.read(sources().file(file("# nothing\n\n")).open()))
                        .port())
                .isEqualTo(7470);
        assertThat(valueOf(Sample.read(sources()
                                .file(file("node:\n#  lost-after: 1s\n"))
                                .open()))
                        .port())
                .isEqualTo(7470);
    }

    @Test
    void shouldRefuseAKeyWithoutValueOrTwice() throws IOException {
        Path file = file("name:\nnode.lost-after: 1s\nnode: {lost-after: 2s}\n");
        assertThat(textsOf(Sample.read(sources().file(file).open())))
                .containsExactly(
                        "node.lost-after: stands twice in the file: once with dots, once as a mapping",
                        "name: has no value: give one, or leave the key out (from file " + file + ")");
    }

    @Test
    void shouldSayHowToGiveWhatIsMissing() {
        ConfigReader in = sources().open();
        in.requiredText("node.name");
        in.requiredPath("data-dir");
        assertThat(textsOf(in.finish(() -> 1)))
                .containsExactly(
                        "node.name: is missing: give it in the file or as HOLDFAST_SCHEDULER_NODE_NAME",
                        "data-dir: is missing: give it in the file or as HOLDFAST_SCHEDULER_DATA_DIR");
    }

    @Test
    void shouldAddWhatTheProcessFinds() {
        ConfigReader in = sources().flags(Map.of("data-dir", "/nope")).open();
        Path path = in.path("data-dir", Path.of("/"));
        in.reject("data-dir", path.toString(), "is not writable");
        assertThat(textsOf(in.finish(() -> 1)))
                .containsExactly("data-dir: /nope is not writable (from flag --data-dir)");
    }
}
