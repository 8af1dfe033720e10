package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cgroup-v1")
class V1DriverTest extends ControllersContract {

    @Override
    CgroupDriver open(String parent) throws IOException {
        return Cgroups.open(
                parent, Host.REAL, RealMounts.v1Only(), new CgroupFiles(), RealMounts.PROGRAMS, RealMounts.KILL);
    }

    @Override
    List<Path> seats(String name) {
        return List.of("memory", "cpu", "pids", "blkio", "freezer", "cpuacct").stream()
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
    void shouldCountLimitsOfTheParentAsCapacity() throws Exception {
        Files.writeString(seat("memory", "").resolve("memory.limit_in_bytes"), Long.toString(100 * MEBIBYTE));
        Files.writeString(seat("cpu", "").resolve("cpu.cfs_quota_us"), "30000");
        Files.writeString(seat("pids", "").resolve("pids.max"), "77");

        assertThat(driver.parentLimits()).isEqualTo(new CgroupDriver.Limits(300, 100 * MEBIBYTE, 77));
    }
}
