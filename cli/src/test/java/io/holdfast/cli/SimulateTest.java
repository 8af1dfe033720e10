package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.exit.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/simulate.json");

    @TempDir
    private Path directory;

    private String nodes;
    private String pods;

    @BeforeEach
    void write() throws IOException {
        nodes = file("nodes.csv", "sn,cpu_milli,memory_mib,gpu,model\na,1000,100,1,T4\nb,1000,100,0,\n");
        pods = file(
                "pods.csv",
                "name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,500,50,1,500\nq,600,50,0,0\nr,900,50,1,600\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--node-size 1000m,1Gi --nodes x.csv | one of --nodes and --node-size",
                "--seed 1 | one of --nodes and --node-size",
                "--nodes x.csv --node-count 3 | --node-count is of --node-size",
                "--node-size 1000m,1Gi --node-count 0 | --node-count is 1 to 100000, not 0",
                "--node-size 1000m,1Gi --arrival-seeds 1001 | --arrival-seeds is 0 to 1000, not 1001",
                "--nodes x.csv --until-gpu-demand 100% | give --arrival-seeds too, and no --node-size",
                "--node-size 1000m,1Gi --arrival-seeds 1 --until-gpu-demand 100% | give --arrival-seeds too, and no --node-size",
                "--nodes x.csv --pod-count 3 | --pod-count is of pods that are made up: give it without --pods",
                "--nodes x.csv --arrival-seeds 1 --until-gpu-demand 100 | is not a part in percent",
                "--nodes x.csv --departures --batch | --departures replays pods by their times, --batch gives all at once",
                "--nodes x.csv --departures --arrival-seeds 1 --until-gpu-demand 50% | --departures replays pods by their times, --until-gpu-demand draws",
                "--node-size 1000m | is not CPU,MEMORY",
                "--node-size 0,1Gi | a node with cpu 0 is none",
                "--node-size 1000m,1Gi --policy best | there is no policy best: give all, or some of holdfast, holdfast-learned"
            })
    void shouldSayWhatIsWrongWhenTheCommandLineIs(String options, String message) {
        Ran ran = simulate(options.split(" "));

        assertThat(ran.err()).contains(message);
        assertThat(ran.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(ran.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--pod-count 0 | --pod-count is 1 to 1000000, not 0",
                "--pod-count 1000001 | --pod-count is 1 to 1000000, not 1000001",
                "--node-count 100001 | --node-count is 1 to 100000, not 100001",
                "--nodes x.csv --node-size 1000m,1Gi | one of --nodes and --node-size"
            })
    void shouldSayWhatIsWrongWhenPodsAreMadeUp(String options, String message) {
        Ran ran = Ran.nowhere().run(("simulate " + options).split(" "));

        assertThat(ran.err()).contains(message);
        assertThat(ran.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void shouldMakeUpPodsAndNodesWhenThereAreNoFiles() {
        Ran ran = Ran.nowhere().run("simulate", "--pod-count", "200", "--node-count", "40", "-o", "json");
        Ran other =
                Ran.nowhere().run("simulate", "--pod-count", "200", "--node-count", "40", "-o", "json", "--seed", "2");
        Ran files = Ran.nowhere().run("simulate", "--pod-count", "5", "--nodes", nodes);
        Ran equal = Ran.nowhere().run("simulate", "--pod-count", "20", "--node-size", "88000m,352Gi");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("\"pods\" : 200,", "\"nodes\" : 40,", "\"seed\" : 1,");
        assertThat(other.out()).isNotEqualTo(ran.out());
        assertThat(files.exitCode()).isZero();
        assertThat(files.err()).startsWith("simulate: 5 pods are larger than every node");
        assertThat(equal.exitCode()).isZero();
        assertThat(equal.err()).isEmpty();
    }

    @Test
    void shouldNameTheFileWhenThereIsNone() {
        Ran ran = simulate("--nodes", directory.resolve("none.csv").toString());

        assertThat(ran.err()).contains("there is no file " + directory.resolve("none.csv"));
        assertThat(ran.exitCode()).isEqualTo(ExitCodes.NO_INPUT);
    }

    @Test
    void shouldNameLineAndColumnWhenATraceIsWrong() throws IOException {
        nodes = file("wrong.csv", "sn,cpu_milli,memory_mib\na,1000,many\n");

        Ran ran = simulate("--nodes", nodes);

        assertThat(ran.err()).contains("wrong.csv line 2: memory_mib is 'many', expected a whole number");
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.exitCode()).isEqualTo(65);
    }

    /** After a wanted change: {@code -Dgolden.update=true}, and read the difference. */
    @Test
    void shouldPrintAsTheGoldenFileWhenItIsJson() throws IOException {
        Ran ran = simulate("--nodes", nodes, "--policy", "holdfast,fgd", "-o", "json");
        String still = ran.out().replaceAll("(\"placementsPerSecond\"\\s*:\\s*)[0-9.E]+", "$10.0");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(GOLDEN, still);
        }
        assertThat(still).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void shouldPrintALineForEachPolicyWhenItIsForPeople() {
        Ran ran = simulate("--node-size", "1000m,100Mi", "--policy", "all");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).startsWith("POLICY").contains("holdfast-learned").contains("least-allocated");
        assertThat(ran.out().lines()).hasSize(12);
    }

    @Test
    void shouldSayBeforehandWhichPodsAreLargerThanEveryNode() throws IOException {
        pods = file(
                "large.csv",
                "name,cpu_milli,memory_mib,num_gpu\np,500,50,1\nq,1000,101,0\nr,1001,2097152,0\ns,500,50,2\n");

        Ran ran = simulate("--nodes", nodes, "-o", "json");
        Ran equal = simulate("--node-size", "1000m,2Ti");

        assertThat(ran.err())
                .isEqualTo("simulate: 3 pods are larger than every node and will be refused, the first is q:"
                        + " memory 101Mi is above the largest node (100Mi)\n");
        assertThat(ran.out()).contains("\"refused\" : 3");
        assertThat(ran.exitCode()).isZero();
        assertThat(equal.err())
                .isEqualTo("simulate: 1 pod is larger than every node and will be refused, r:"
                        + " cpu 1001m is above the largest node (1000m)\n");
    }

    @Test
    void shouldNameWhatIsMissingWhenPodsHaveNoTimes() {
        Ran ran = simulate("--nodes", nodes, "--departures");

        assertThat(ran.err()).contains("pods.csv line 1: column creation_time is missing, expected ");
        assertThat(ran.exitCode()).isEqualTo(65);
    }

    @Test
    void shouldReplayByTheTimesWhenPodsLeave() throws IOException {
        pods = file(
                "timed.csv",
                "name,cpu_milli,memory_mib,creation_time,deletion_time\np,900,50,0,5\nq,900,50,3,5\nr,900,50,5,\n");

        Ran ran = simulate("--nodes", nodes, "--departures", "-o", "json");
        String wrong = file("wrong.csv", "name,cpu_milli,memory_mib,creation_time,deletion_time\np,900,50,6,5\n");
        Ran before = Ran.nowhere().run("simulate", "--pods", wrong, "--nodes", nodes, "--departures");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("\"nodesUsedPeak\" : 2,", "\"refused\" : 0,");
        assertThat(before.err()).contains("wrong.csv line 2: deletion_time is '5', expected a whole number from 6 to ");
        assertThat(before.exitCode()).isEqualTo(65);
    }

    @Test
    void shouldPrintAPageWhenItIsHtml() {
        Ran ran = simulate("--nodes", nodes, "--policy", "holdfast,fgd", "-o", "html");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("<h2>holdfast</h2>", "<h2>fgd</h2>");
    }

    @Test
    void shouldNameTheFormatsWhenThereIsNoSuch() {
        assertThat(simulate("--nodes", nodes, "-o", "pdf").err()).contains("[table, json, yaml, html]", "'pdf'");
        assertThat(Ran.nowhere().run("status", "-o", "html").err()).contains("[table, json, yaml]", "'html'");
    }

    private Ran simulate(String... options) {
        return Ran.nowhere()
                .run(Stream.concat(Stream.of("simulate", "--pods", pods), Stream.of(options))
                        .toArray(String[]::new));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }
}
