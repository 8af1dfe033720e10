package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The v2 driver on the unified tree of a host whose controllers are in v1. Their files, and only theirs, are played; making,
 * joining, freezing, killing and removing are the kernel's. {@link V2DriverTest} has a host with the controllers in v2.
 */
@Tag("cgroup-v1")
class UnifiedTreeTest extends CgroupDriverContract {
    private final CgroupFiles files = new PlayedControllers();

    @Override
    CgroupDriver open(String parent) throws IOException {
        return Cgroups.open(parent, Host.REAL, RealMounts.v2Only(), files, RealMounts.PROGRAMS, RealMounts.KILL);
    }

    @Override
    String read(Path file) throws IOException {
        return files.read(file);
    }

    @Override
    List<Path> seats(String name) {
        return List.of(RealMounts.unified(parent, name));
    }

    @Test
    void shouldCallItselfByItsMode() {
        assertThat(driver.mode()).isEqualTo("v2");
    }

    @Test
    void shouldBeBornInside() {
        assertThat(driver.join("s1/c1").joinFiles()).isEmpty();
        assertThat(driver.join("s1/c1").bornIn()).contains(seats("s1/c1").get(0));
    }
}
