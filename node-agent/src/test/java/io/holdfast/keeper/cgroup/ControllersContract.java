package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Await;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every driver does where memory, cpuset and pids are controllers of the kernel's: they act, and are not only written to. */
abstract class ControllersContract extends CgroupDriverContract {

    @Test
    void shouldRefuseMemoryLimitBelowWhatIsInUseAndKillNobody() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        // the shell holds 16 MiB of zeros in a variable, where they cannot be given back
        Process holder = start("s1/c1", "x=$(head -c 16777216 /dev/zero | tr '\\0' x); echo held; read forever");
        Await.until(
                "it holds its memory",
                () -> driver.stats("s1/c1").orElseThrow().memory().anonBytes() > 15 * MEBIBYTE);
        Spec.Resources tight =
                new Spec.Resources(new Spec.Memory(2 * MEBIBYTE, 0, 2 * MEBIBYTE), LIMITS.cpu(), LIMITS.pids());

        assertThatThrownBy(() -> driver.update("s1/c1", LIMITS, tight)).isInstanceOf(IOException.class);

        assertThat(limits("s1/c1").memory()).isEqualTo(64 * MEBIBYTE);
        assertThat(holder.isAlive()).isTrue();
        assertThat(driver.oomKills("s1/c1")).isZero();
    }

    @Test
    void shouldTakeWhatRunsToTheCpusItIsGivenLater() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        Process inside = start("s1/c1", "sleep 1000 & sleep 1001 & wait");
        Await.until("three processes", () -> driver.processes("s1/c1").size() == 3);

        driver.update("s1/c1", LIMITS, withCpus("0"));

        for (int pid : driver.processes("s1/c1")) {
            assertThat(Files.readString(Path.of("/proc", Integer.toString(pid), "status")))
                    .contains("Cpus_allowed_list:\t0\n");
        }
        assertThat(inside.isAlive()).isTrue();
        driver.kill("s1");
        driver.remove("s1");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    void shouldCountOutOfMemoryKillsAlsoOfChildren() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        assertThat(driver.oomKills("s1/c1")).isZero();

        Process parent = start("s1/c1", "tail /dev/zero; true");
        parent.waitFor();

        assertThat(driver.oomKills("s1/c1")).isPositive();
        assertThat(driver.stats("s1/c1").orElseThrow().memory().oomKills()).isPositive();
    }

    @Test
    void shouldRefuseForkBeyondThePidsLimit() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", new Spec.Resources(null, null, new Spec.Pids(3)));

        // the shell gives up at the fork that is refused
        assertThat(run("s1/c1", "sleep 100 & sleep 101 & sleep 102 & exit 0").waitFor())
                .isEqualTo(2);
        assertThat(driver.processes("s1/c1")).hasSize(2);
    }
}
