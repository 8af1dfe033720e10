package io.holdfast.keeper.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.launch.LaunchFixture.Ran;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class IsolationTest {
    private LaunchFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = LaunchFixture.openOrSkip();
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void shouldIsolateTheContainerWhenItRunsInASandbox() throws Exception {
        var sandbox = fixture.sandbox("private", LaunchFixture.IDS);
        Ran ran = fixture.run(
                sandbox,
                "host",
                LaunchFixture.spec(
                        "/bin/sh",
                        "-c",
                        "echo pid $$; hostname; cat /proc/self/uid_map; for n in user pid net ipc mnt uts cgroup; do readlink /proc/self/ns/$n; done;"
                                + " cat /proc/self/mountinfo; ls -la / /dev; cat /proc/self/status; ls -l /proc/self/fd; id; cat /proc/self/cgroup"),
                fixture.cgroup().join());
        System.out.println(ran.output());
        assertThat(ran.exit().code()).isZero();
    }
}
