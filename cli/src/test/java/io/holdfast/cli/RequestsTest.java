package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked, and what is said when the answer is no. */
class RequestsTest {
    private final FakeScheduler scheduler = new FakeScheduler();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void shouldSendTokenAndProjectWhenGiven() {
        scheduler.on("GET", "/v1/nodes", 200, "{\"items\": [], \"next\": null}");

        Ran ran = Ran.nowhere()
                .with("HOLDFAST_TOKEN", "other")
                .run("nodes", "--address", scheduler.address(), "--token", "mine", "--project", "blue");

        assertThat(ran.exitCode()).isZero();
        assertThat(scheduler.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.authorization()).isEqualTo("Bearer mine");
            assertThat(asked.query()).contains("project=blue");
        });
    }

    @Test
    void shouldAskForEveryPageWhenAListHasMore() {
        scheduler
                .on("GET", "/v1/jobs", 200, "{\"items\": [{\"job\": \"a\"}], \"next\": \"x y\"}")
                .on("GET", "/v1/jobs", 200, "{\"items\": [{\"job\": \"b\"}], \"next\": null}");

        Ran ran = Ran.on(scheduler).run("status", "-o", "json");

        assertThat(ran.out()).contains("\"a\"").contains("\"b\"");
        assertThat(scheduler.asked().get(1).query()).contains("after=x%20y");
    }

    @Test
    void shouldSendTheFileAsItIsWhenSubmitting() throws IOException {
        Path file = directory.resolve("job.json");
        Files.writeString(file, "{\"job\": \"hello\",   \"type\": \"batch\"}");
        scheduler.on("PUT", "/v1/jobs/hello", 201, "{\"job\": \"hello\", \"version\": 1}");

        Ran ran = Ran.on(scheduler).run("run", file.toString(), "--detach", "--if-version", "0");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEqualTo("hello is stored as version 1\n");
        assertThat(scheduler.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.body()).isEqualTo("{\"job\": \"hello\",   \"type\": \"batch\"}");
            assertThat(asked.contentType()).isEqualTo("application/json");
            assertThat(asked.ifMatch()).isEqualTo("\"0\"");
        });
    }

    @Test
    void shouldShowEveryErrorWhenTheJobIsNotValid() {
        scheduler.on("PUT", "/v1/jobs/hello", 422, """
                {"code": "invalid", "detail": "the job has 2 errors", "errors": [
                  {"path": "groups[0].count", "value": "1000000", "message": "is above 100000"},
                  {"path": "groups[0].tsaks", "value": "", "message": "is not known: did you mean tasks?"}]}
                """);

        Ran ran = Ran.on(scheduler).input("job: hello\n").run("run", "-", "--detach");

        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err()).isEqualTo("""
                        holdfast: the job has 2 errors
                          groups[0].count: 1000000: is above 100000
                          groups[0].tsaks: is not known: did you mean tasks?
                        """);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void shouldSayWhereWhenTheFileIsNotYaml() {
        Ran ran = Ran.on(scheduler).input("job: [hello\ngroups: 3\n").run("run", "-");

        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err())
                .startsWith("holdfast: standard input: not YAML at line 2")
                .hasLineCount(1);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void shouldSayWhatIsMissingWhenTheJobHasNoName() {
        Ran ran = Ran.on(scheduler).input("type: batch\n").run("plan", "-");

        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err()).contains("job: is missing");
    }

    @Test
    void shouldNameTheFileWhenItIsNotThere() {
        Ran ran = Ran.on(scheduler).run("run", directory.resolve("nope.yaml").toString());

        assertThat(ran.exitCode()).isEqualTo(66);
        assertThat(ran.err()).isEqualTo("holdfast: there is no file " + directory.resolve("nope.yaml") + "\n");
    }

    @Test
    void shouldSayHowToStartOneWhenNobodyAnswers() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Ran ran = Ran.nowhere().run("nodes", "--address", "127.0.0.1:" + port);

        assertThat(ran.exitCode()).isEqualTo(69);
        assertThat(ran.err())
                .isEqualTo("holdfast: nobody answers at http://127.0.0.1:" + port
                        + ": start a scheduler with holdfast dev (as root), or name one with --address\n");
    }

    @Test
    void shouldNameTheTokensSourceWhenItIsNotAccepted() {
        scheduler.on("GET", "/v1/nodes", 401, "{\"code\": \"unauthenticated\", \"detail\": \"no\"}");

        Ran ran = Ran.on(scheduler).run("nodes");

        assertThat(ran.exitCode()).isEqualTo(77);
        assertThat(ran.err())
                .contains("does not accept the token from HOLDFAST_TOKEN")
                .doesNotContain("secret");
    }

    @Test
    void shouldNameTheThingWhenItIsNotFound() {
        scheduler.on("GET", "/v1/jobs/gone", 404, "{\"code\": \"not-found\", \"detail\": \"there is no job gone\"}");

        Ran ran = Ran.on(scheduler).run("status", "gone");

        assertThat(ran.exitCode()).isEqualTo(66);
        assertThat(ran.err()).isEqualTo("holdfast: there is no job gone\n");
    }

    @Test
    void shouldSayThatItIsNoSchedulerWhenSomethingElseAnswers() {
        scheduler.on("GET", "/v1/nodes", 200, "<html>hello</html>");

        assertThat(Ran.on(scheduler).run("nodes").err()).contains("is not a holdfast scheduler");
    }

    @Test
    void shouldRefuseTheTokenWhenItHoldsALineBreak() {
        Ran ran = Ran.on(scheduler).run("nodes", "--token", "a\nX-Evil: 1");

        assertThat(ran.exitCode()).isEqualTo(64);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void shouldEndInOneLineWhenTheCommandLineIsWrong() {
        assertThat(Ran.nowhere().run("nodez").err()).contains("did you mean nodes?");
        assertThat(Ran.nowhere().run("nodez").exitCode()).isEqualTo(64);
        assertThat(Ran.nowhere().run("status", "--adress", "x").err()).contains("did you mean --address?");
        assertThat(Ran.nowhere().run("elephant").err()).doesNotContain("did you mean");
        assertThat(Ran.nowhere().run("status", "-o", "xml").err()).contains("expected one of [table, json, yaml]");
        assertThat(Ran.nowhere().run("run", "x", "--timeout", "5").exitCode()).isEqualTo(64);
    }
}
