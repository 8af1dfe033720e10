package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the v2 driver writes and reads, on a directory tree that behaves like cgroup2 as far as files go. */
class FakeTreeTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private Path mount;
    private Host host;
    private final FakeCgroup2 files = new FakeCgroup2();

    @BeforeEach
    void makeHost() throws IOException {
        mount = Files.createDirectory(directory.resolve("cgroup"));
        files.populate(mount);
        host = new Host(directory.resolve("proc"), directory.resolve("sys"));
        put("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-7\n");
        put("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");
        put("proc/sys/kernel/pid_max", "4194304\n");
        put("sys/devices/system/cpu/online", "0-15\n");
    }

    @Test
    void shouldWriteLimitsUnderTheirV2Names() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create(
                "s1/c1",
                new Spec.Resources(
                        new Spec.Memory(64 * MEBIBYTE, 32 * MEBIBYTE, 80 * MEBIBYTE),
                        new Spec.Cpu(1024, 50_000, 0),
                        new Spec.Pids(32)));

        assertThat(read("holdfast/s1/c1/memory.max")).isEqualTo("67108864");
        assertThat(read("holdfast/s1/c1/memory.low")).isEqualTo("33554432");
        assertThat(read("holdfast/s1/c1/memory.swap.max")).isEqualTo("16777216");
        assertThat(read("holdfast/s1/c1/memory.oom.group")).isEqualTo("1");
        assertThat(read("holdfast/s1/c1/cpu.weight")).isEqualTo("100");
        assertThat(read("holdfast/s1/c1/cpu.max")).isEqualTo("50000 100000");
        assertThat(read("holdfast/s1/c1/pids.max")).isEqualTo("32");
        assertThat(read("holdfast/s1/memory.max")).isEqualTo("max");
    }

    @Test
    void shouldHandControllersDownTheWholePathButNotToTheLeaf() throws Exception {
        CgroupDriver driver = open("machine.slice/holdfast.scope");
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", Spec.Resources.UNLIMITED);

        for (String inner :
                List.of("", "machine.slice", "machine.slice/holdfast.scope", "machine.slice/holdfast.scope/s1")) {
            assertThat(read(Path.of(inner).resolve("cgroup.subtree_control").toString()))
                    .as(inner)
                    .isEqualTo("+cpu +memory +pids");
        }
        assertThat(read("machine.slice/holdfast.scope/s1/c1/cgroup.subtree_control"))
                .isEmpty();
    }

    @Test
    void shouldNameWayOutWhenParentHoldsProcesses() {
        files.refuseSubtreeControlOf(mount.resolve("busy"));

        assertThatThrownBy(() -> open("busy/holdfast"))
                .hasMessageContaining("busy/cgroup.subtree_control")
                .hasMessageContaining("cgroup-parent of its own");
    }

    @Test
    void shouldTakeTheLeastOfHostAndEveryCgroupAbove() throws Exception {
        CgroupDriver driver = open("slice/holdfast");
        assertThat(driver.parentLimits()).isEqualTo(new CgroupDriver.Limits(8_000, 16L << 30, 4_194_304));

        Files.writeString(mount.resolve("slice/memory.max"), "1073741824\n");
        Files.writeString(mount.resolve("slice/holdfast/cpu.max"), "250000 100000\n");
        Files.writeString(mount.resolve("slice/pids.max"), "500\n");
        assertThat(driver.parentLimits()).isEqualTo(new CgroupDriver.Limits(2_500, 1L << 30, 500));

        Files.writeString(mount.resolve("slice/holdfast/cpuset.cpus.effective"), "0,2\n");
        assertThat(driver.parentLimits().cpuMillis()).isEqualTo(2_000);
    }

    @Test
    void shouldReadEventsAndUsage() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        Files.writeString(mount.resolve("holdfast/s1/memory.events"), "low 0\nhigh 0\nmax 9\noom 2\noom_kill 2\n");
        Files.writeString(mount.resolve("holdfast/s1/memory.current"), "4096\n");
        Files.writeString(mount.resolve("holdfast/s1/cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
        Files.writeString(mount.resolve("holdfast/s1/pids.current"), "3\n");

        assertThat(driver.oomKills("s1")).isEqualTo(2);
        assertThat(driver.usage("s1")).isEqualTo(new CgroupDriver.Usage(1_500_000, 4096, 3));
    }

    @Test
    void shouldSayWhichControllerIsMissing() throws Exception {
        files.offer("cpu pids");

        assertThatThrownBy(() -> open("holdfast"))
                .hasMessageContaining("controller memory is not available")
                .hasMessageContaining("subtree_control");
    }

    @Test
    void shouldRefuseHostWithoutCgroups() {
        assertThatThrownBy(() -> Cgroups.open("holdfast", host, List.of(), files, pid -> {}))
                .hasMessageContaining("no cgroup hierarchy is mounted");
    }

    @Test
    void shouldRefuseParentsThatLeaveTheMount() {
        for (String parent : List.of("", "/holdfast", "..", "a/../..", ".")) {
            assertThatThrownBy(() -> open(parent)).as(parent).hasMessageContaining("cgroup-parent");
        }
    }

    private CgroupDriver open(String parent) throws IOException {
        String line = "41 31 0:38 / %s rw,relatime - cgroup2 cgroup2 rw".formatted(mount);
        return Cgroups.open(parent, host, List.of(line), files, pid -> {});
    }

    private String read(String file) throws IOException {
        return Files.readString(mount.resolve(file)).strip();
    }

    private void put(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
