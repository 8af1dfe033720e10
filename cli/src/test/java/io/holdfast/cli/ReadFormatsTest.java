package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every read in every format, as files. After a wanted change: {@code ./mvnw -pl cli -am test -Dtest=ReadFormatsTest
 * -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false}, and read the difference.
 */
class ReadFormatsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private FakeScheduler scheduler;

    @BeforeEach
    void start() {
        scheduler = new FakeScheduler()
                .on("GET", "/v1/jobs", 200, FakeScheduler.resource("answers/jobs.json"))
                .on("GET", "/v1/jobs/web", 200, FakeScheduler.resource("answers/web.json"))
                .on("GET", "/v1/jobs/web/allocations", 200, FakeScheduler.resource("answers/allocations.json"))
                .on("GET", "/v1/nodes", 200, FakeScheduler.resource("answers/nodes.json"))
                .on("GET", "/v1/nodes/one", 200, FakeScheduler.resource("answers/node.json"))
                .on("GET", "/v1/repacking", 200, FakeScheduler.resource("answers/repacking.json"))
                .on("POST", "/v1/jobs/web/plan", 200, FakeScheduler.resource("answers/plan.json"));
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    static Stream<Arguments> reads() {
        return Stream.of("table", "json", "yaml")
                .flatMap(format -> Stream.of(
                        Arguments.of("status", format, List.of("status"), 0),
                        Arguments.of("status-job", format, List.of("status", "web"), 0),
                        Arguments.of("nodes", format, List.of("nodes"), 0),
                        Arguments.of("nodes-node", format, List.of("nodes", "one"), 0),
                        Arguments.of("node-repack", format, List.of("node", "repack"), 0),
                        Arguments.of("plan", format, List.of("plan", "-"), 1)));
    }

    @ParameterizedTest(name = "{0} -o {1}")
    @MethodSource("reads")
    void shouldPrintAsTheGoldenFileWhenAsked(String name, String format, List<String> command, int exitCode)
            throws IOException {
        Ran ran = Ran.on(scheduler)
                .input("job: web\n")
                .run(Stream.concat(command.stream(), Stream.of("-o", format)).toArray(String[]::new));

        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.err()).isEmpty();
        matches(name + "." + format + ".txt", ran.out());
    }

    @Test
    void shouldShowWhatScoresAreMadeOfWhenAskedWhy() throws IOException {
        Ran ran = Ran.on(scheduler).input("job: web\n").run("plan", "-", "--why");

        assertThat(ran.exitCode()).isEqualTo(1);
        matches("plan-why.table.txt", ran.out());
    }

    @Test
    void shouldColourStatesWhenOnATerminal() throws IOException {
        matches("status.colour.txt", Ran.on(scheduler).terminal().run("status").out());
    }

    @Test
    void shouldNotColourWhenNoColorIsSet() {
        Ran plain = Ran.on(scheduler).run("status");
        Ran ran = Ran.on(scheduler).terminal().with("NO_COLOR", "1").run("status");

        assertThat(ran.out()).isEqualTo(plain.out()).doesNotContain("\u001b");
    }

    private static void matches(String file, String actual) throws IOException {
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
