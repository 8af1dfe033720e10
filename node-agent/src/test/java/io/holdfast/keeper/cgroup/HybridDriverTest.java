package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cgroup-v1")
class HybridDriverTest extends ControllersContract {

    @Override
    CgroupDriver open(String parent) throws IOException {
        assumeTrue(RealMounts.parsed().mode().equals("hybrid"), "needs a host with v1 controllers and the v2 tree");
        return Cgroups.open(parent, Host.REAL, RealMounts.PROGRAMS, RealMounts.KILL);
    }

    @Override
    List<Path> seats(String name) {
        try {
            List<Path> seats = new ArrayList<>();
            for (String controller : List.of("memory", "cpu", "pids", "blkio")) {
                seats.add(V1DriverTest.seat(controller, parent, name));
            }
            seats.add(RealMounts.parsed().v2().orElseThrow().resolve(parent).resolve(name));
            return seats;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCallItselfByItsMode() {
        assertThat(driver.mode()).isEqualTo("hybrid");
    }

    @Test
    void shouldFreezeInTheUnifiedTreeAndLimitInV1() throws Exception {
        driver.create("s1", LIMITS);

        driver.freeze("s1");

        Path unified = RealMounts.parsed().v2().orElseThrow().resolve(parent).resolve("s1");
        assertThat(Files.readString(unified.resolve("cgroup.freeze")).strip()).isEqualTo("1");
        assertThat(V1DriverTest.seat("freezer", parent, "s1")).doesNotExist();
        assertThat(Files.readString(V1DriverTest.seat("pids", parent, "s1").resolve("pids.max"))
                        .strip())
                .isEqualTo("32");
    }
}
