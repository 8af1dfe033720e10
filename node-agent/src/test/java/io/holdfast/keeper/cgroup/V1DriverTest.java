package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cgroup-v1")
class V1DriverTest extends CgroupDriverContract {

    @Override
    CgroupDriver open(String parent) throws IOException {
        return Cgroups.open(parent, Host.REAL, RealMounts.v1Only(), new CgroupFiles(), RealMounts.KILL);
    }

    @Override
    List<Path> seats(String name) {
        return List.of("memory", "cpu", "pids", "freezer").stream()
                .map(controller -> seat(controller, name))
                .toList();
    }

    static Path seat(String controller, String parent, String name) throws IOException {
        return RealMounts.parsed().v1().get(controller).resolve(parent).resolve(name);
    }

    private Path seat(String controller, String name) {
        try {
            return seat(controller, parent, name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCallItselfByItsMode() {
        assertThat(driver.mode()).isEqualTo("v1");
    }

    @Test
    void shouldWriteEachLimitToItsController() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);

        assertThat(Files.readString(seat("memory", "s1/c1").resolve("memory.limit_in_bytes"))
                        .strip())
                .isEqualTo(Long.toString(64 * MEBIBYTE));
        assertThat(Files.readString(seat("memory", "s1/c1").resolve("memory.soft_limit_in_bytes"))
                        .strip())
                .isEqualTo(Long.toString(32 * MEBIBYTE));
        assertThat(Files.readString(seat("cpu", "s1/c1").resolve("cpu.shares")).strip())
                .isEqualTo("512");
        assertThat(Files.readString(seat("cpu", "s1/c1").resolve("cpu.cfs_quota_us"))
                        .strip())
                .isEqualTo("50000");
        assertThat(Files.readString(seat("pids", "s1/c1").resolve("pids.max")).strip())
                .isEqualTo("32");
    }

    @Test
    void shouldLeaveNothingWhenKernelRefusesLimit() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);

        // the kernel's least quota is 1 ms
        Spec.Resources tooSmall = new Spec.Resources(null, new Spec.Cpu(0, 1, 100_000), null);
        assertThatThrownBy(() -> driver.create("s1/c1", tooSmall)).hasMessageContaining("cpu.cfs_quota_us");

        assertThat(seats("s1/c1")).noneMatch(Files::exists);
    }

    @Test
    void shouldCountOutOfMemoryKills() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        assertThat(driver.oomKills("s1/c1")).isZero();

        Process greedy = start("s1/c1", "exec tail /dev/zero");

        assertThat(greedy.waitFor()).isEqualTo(128 + 9);
        assertThat(driver.oomKills("s1/c1")).isEqualTo(1);
    }

    @Test
    void shouldCountLimitsOfTheParentAsCapacity() throws Exception {
        Files.writeString(seat("memory", "").resolve("memory.limit_in_bytes"), Long.toString(100 * MEBIBYTE));
        Files.writeString(seat("cpu", "").resolve("cpu.cfs_quota_us"), "30000");
        Files.writeString(seat("pids", "").resolve("pids.max"), "77");

        assertThat(driver.parentLimits()).isEqualTo(new CgroupDriver.Limits(300, 100 * MEBIBYTE, 77));
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
