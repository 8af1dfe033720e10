package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.role.DevPlaces;
import io.holdfast.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job says of its tasks' rights and limits, as the task finds it; and who hears of it when the node does not permit it. */
@Tag("root")
class TaskRightsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Part dev;
    private String parent;
    private Api api;

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "needs root: containers are made");
        parent = DevPlaces.of(directory).cgroupParent();
        dev = Part.start("dev", "--data-dir", directory.toString(), "--http-port", "0");
        api = new Api(dev.awaitReady(), directory);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        if (dev == null) {
            return;
        }
        dev.end();
        Traces.remove(directory.resolve("keeper"));
        assertThat(Traces.cgroups(parent)).as("cgroups left").isEmpty();
        assertThat(Traces.mounts(directory.toString())).as("mounts left").isEmpty();
    }

    private static String job(String name, String type, String script, String more) {
        return """
                job: %s
                type: %s
                groups:
                  - name: main
                    restart: {attempts: 0}
                    tasks:
                      - name: main
                        image: host
                        command: ["/bin/sh", "-c", "%s"]
                        %s
                """.formatted(name, type, script, more.strip().replace("\n", "\n        "));
    }

    private String output(String name, String script, String more) throws Exception {
        api.put(name, job(name, "batch", script, more));
        JsonNode done = api.awaitAllocations(name, "complete", 1, BOUND).get(0);
        return api.logs(done.path("id").asText());
    }

    /** Why it is not run. */
    private String refusal(String name, String more) throws Exception {
        api.put(name, job(name, "batch", "true", more));
        return api.awaitAllocations(name, "failed", 1, BOUND)
                .get(0)
                .path("reason")
                .asText();
    }

    @Test
    void shouldConfineATaskAsItsJobSays() throws Exception {
        String usual = output("usual", "grep CapBnd /proc/self/status; touch /tmp-x && echo written", "user: '0'");
        assertThat(usual).contains("00000000a80425fb").contains("written");
        assertThat(output(
                        "tight",
                        "grep CapBnd /proc/self/status; ulimit -n; touch /x 2>/dev/null || echo read-only",
                        """
                        capabilities: {drop: [ALL]}
                        readOnlyRoot: true
                        ulimits: {nofile: 123}
                        """))
                .isEqualTo("CapBnd:\t0000000000000000\n123\nread-only\n");
    }

    @Test
    void shouldTellWhatThePolicyWouldNeedWhenTheNodeDoesNotPermitIt() throws Exception {
        assertThat(refusal("clock", "capabilities: {add: [SYS_TIME]}"))
                .contains("CAP_SYS_TIME")
                .contains("policy file would need");
        assertThat(refusal("open", "seccomp: unconfined")).contains("seccomp-profiles: true");
        assertThat(refusal("nobody", "user: nosuchuser")).contains("nosuchuser");
    }

    @Test
    void shouldGiveATaskTheDevicesOfTheNodeThatThePolicyPermits() throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), "devices: [/dev/kmsg]\n", StandardOpenOption.APPEND);
        dev.end();
        dev = Part.start("dev", "--data-dir", directory.toString(), "--http-port", "0");
        api = new Api(dev.awaitReady(), directory);

        String log = output("logger", "stat -c %F-%t:%T /dev/kmsg", "devices: ['/dev/kmsg:r']");
        assertThat(log).isEqualTo("character special file-1:b\n");
        assertThat(output("usual", "test -e /dev/kmsg || echo none", "user: '0'"))
                .isEqualTo("none\n");

        assertThat(refusal("loop", "devices: [/dev/loop-control]")).contains("devices: [its path on this host]");
        assertThat(refusal("none", "devices: [/dev/no-such-device]"))
                .contains("this host has no device /dev/no-such-device");
    }

    @Test
    void shouldAskATaskToEndByItsOwnSignal() throws Exception {
        api.put(
                "quits",
                job(
                        "quits",
                        "service",
                        "trap 'echo quit; exit 0' QUIT; echo up; while :; do sleep 0.1; done",
                        "stopSignal: quit"));
        JsonNode running = api.awaitAllocations("quits", "running", 1, BOUND).get(0);
        String id = running.path("id").asText();
        Await.until("its trap", BOUND, () -> {
            try {
                return api.logs(id).contains("up");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        api.ask("DELETE", "/v1/jobs/quits", "");
        api.awaitAllocations("quits", "stopped", 1, BOUND);
        assertThat(api.logs(id)).endsWith("quit\n");
    }
}
