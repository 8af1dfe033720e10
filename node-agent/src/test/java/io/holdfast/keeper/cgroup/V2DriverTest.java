package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The driver of a host that has v2 and nothing else, as the virtual machine of bin/test-vm is one. */
@Tag("cgroup-v2")
class V2DriverTest extends ControllersContract {

    @Override
    CgroupDriver open(String parent) throws IOException {
        assumeTrue(RealMounts.parsed().mode().equals("v2"), "needs a host with cgroup v2 alone: bin/test-vm makes one");
        return Cgroups.open(parent, Host.REAL, RealMounts.PROGRAMS, RealMounts.KILL);
    }

    @Override
    List<Path> seats(String name) {
        return List.of(RealMounts.unified(parent, name));
    }

    @Test
    void shouldCallItselfByItsMode() {
        assertThat(driver.mode()).isEqualTo("v2");
    }

    /** cgroups(7): a cgroup with processes cannot hand controllers to its children, so those with children hold none. */
    @Test
    void shouldHandControllersDownAndKeepProcessesInLeaves() throws Exception {
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", LIMITS);
        start("s1/c1", "sleep 1000");

        for (String inner : List.of("", "s1")) {
            Path seat = RealMounts.unified(parent, inner);
            assertThat(Files.readString(seat.resolve("cgroup.subtree_control"))).contains("cpu", "memory", "pids");
            assertThat(Files.readString(seat.resolve("cgroup.procs"))).isEmpty();
        }
        assertThat(Files.readString(RealMounts.unified(parent, "s1/c1").resolve("cgroup.subtree_control")))
                .isBlank();
    }
}
