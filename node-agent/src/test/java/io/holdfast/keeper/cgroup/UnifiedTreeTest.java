package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The v2 driver on the kernel's own unified tree. Where that tree has no controllers (hybrid hosts) their files, and only
 * theirs, are played; making, joining, freezing, killing and removing are the kernel's.
 */
class UnifiedTreeTest extends CgroupDriverContract {

    private CgroupFiles files = new CgroupFiles();

    @Override
    CgroupDriver open(String parent) throws IOException {
        List<String> mounts = RealMounts.v2Only();
        Path root = RealMounts.parsed().v2().orElseThrow();
        if (!Files.readString(root.resolve("cgroup.controllers")).contains("memory")) {
            files = new PlayedControllers();
        }
        return Cgroups.open(parent, Host.REAL, mounts, files, RealMounts.PROGRAMS, RealMounts.KILL);
    }

    @Override
    boolean isReal(String controller) {
        return !(files instanceof PlayedControllers);
    }

    @Override
    String read(Path file) throws IOException {
        return files.read(file);
    }

    @Override
    List<Path> seats(String name) {
        try {
            return List.of(
                    RealMounts.parsed().v2().orElseThrow().resolve(parent).resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
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
