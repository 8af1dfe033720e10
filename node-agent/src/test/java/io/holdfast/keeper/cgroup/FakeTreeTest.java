package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private final RecordingPrograms programs = new RecordingPrograms();

    @BeforeEach
    void makeHost() throws IOException {
        mount = Files.createDirectory(directory.resolve("cgroup"));
        files.populateRoot(mount, "cpuset cpu io memory hugetlb pids");
        host = new Host(directory.resolve("proc"), directory.resolve("sys"));
        put("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-7\n");
        put("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\nSwapTotal:       1024 kB\n");
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
            assertThat(Tree.words(read(
                            Path.of(inner).resolve("cgroup.subtree_control").toString())))
                    .as(inner)
                    .contains("cpu", "io", "memory", "pids");
        }
        assertThat(read("machine.slice/holdfast.scope/s1/c1/cgroup.subtree_control"))
                .isEmpty();
    }

    @Test
    void shouldNameWayOutWhenParentHoldsProcesses() {
        files.refuseWritesTo(mount.resolve("busy/cgroup.subtree_control"));

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
        Stats stats = driver.stats("s1").orElseThrow();
        assertThat(stats.cpu().usageNanos()).isEqualTo(1_500_000);
        assertThat(stats.memory().currentBytes()).isEqualTo(4096);
        assertThat(stats.pids().current()).isEqualTo(3);
    }

    @Test
    void shouldHandRareControllersDownOnlyToWhoAsks() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", Spec.Resources.UNLIMITED);
        assertThat(read("holdfast/s1/cgroup.subtree_control")).doesNotContain("cpuset");

        driver.create("s1/c2", with(new Spec.Cpu(0, 0, 0, "0-3", "0")));
        driver.create("s1/c3", unified(Map.of("hugetlb.2MB.max", "2097152")));

        assertThat(read("holdfast/s1/c2/cpuset.cpus")).isEqualTo("0-3");
        assertThat(read("holdfast/s1/c2/cpuset.mems")).isEqualTo("0");
        assertThat(read("holdfast/s1/c3/hugetlb.2MB.max")).isEqualTo("2097152");
    }

    @Test
    void shouldWriteDiskLimitsOneLineForEachDevice() throws Exception {
        put("sys/dev/block/8:0/dev", "8:0");
        put("sys/dev/block/8:16/dev", "8:16");
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        Spec.Resources before = with(new Spec.BlockIo(
                1000,
                List.of(new Spec.Throttle(8, 0, 1000), new Spec.Throttle(8, 16, 2000)),
                null,
                null,
                List.of(new Spec.Throttle(8, 0, 30))));
        driver.create("s1/c1", before);

        assertThat(read("holdfast/s1/c1/io.weight")).isEqualTo("default 10000");
        assertThat(read("holdfast/s1/c1/io.max").lines())
                .containsExactlyInAnyOrder(
                        "8:0 rbps=1000 wbps=max riops=max wiops=30", "8:16 rbps=2000 wbps=max riops=max wiops=max");

        driver.update(
                "s1/c1", before, with(new Spec.BlockIo(10, null, List.of(new Spec.Throttle(8, 0, 5000)), null, null)));

        assertThat(read("holdfast/s1/c1/io.weight")).isEqualTo("default 1");
        assertThat(read("holdfast/s1/c1/io.max")).isEqualTo("8:0 rbps=max wbps=5000 riops=max wiops=max");
    }

    @Test
    void shouldLetUnifiedKeysHaveTheLastWord() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        Spec.Resources before = new Spec.Resources(
                new Spec.Memory(64 * MEBIBYTE, 0, 0),
                null,
                null,
                null,
                null,
                new TreeMap<>(Map.of("memory.high", "50331648", "memory.max", "96M")));
        driver.create("s1/c1", before);

        assertThat(read("holdfast/s1/c1/memory.max")).isEqualTo("96M");
        assertThat(read("holdfast/s1/c1/memory.high")).isEqualTo("50331648");

        driver.update("s1/c1", before, memory(64 * MEBIBYTE));

        assertThat(read("holdfast/s1/c1/memory.max")).isEqualTo("67108864");
        assertThat(read("holdfast/s1/c1/memory.high")).isEqualTo("max");
    }

    @Test
    void shouldReclaimBeforeItLowersTheLimitOfMemory() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", memory(64 * MEBIBYTE));
        Files.writeString(mount.resolve("holdfast/s1/c1/memory.current"), Long.toString(48 * MEBIBYTE));

        assertThatThrownBy(() -> driver.update("s1/c1", memory(64 * MEBIBYTE), memory(32 * MEBIBYTE)))
                .hasMessageContaining("memory.limit 33554432 is below the 50331648 bytes");
        assertThat(read("holdfast/s1/c1/memory.max")).isEqualTo("67108864");
        assertThat(read("holdfast/s1/c1/memory.high")).isEqualTo("max");

        files.reclaimTo(16 * MEBIBYTE);
        driver.update("s1/c1", memory(64 * MEBIBYTE), memory(32 * MEBIBYTE));
        assertThat(read("holdfast/s1/c1/memory.max")).isEqualTo("33554432");
        assertThat(read("holdfast/s1/c1/memory.high")).isEqualTo("max");
    }

    @Test
    void shouldPutAllBackWhenTheLastChangeFails() throws Exception {
        put("sys/dev/block/8:0/dev", "8:0");
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        Spec.Resources before = new Spec.Resources(
                new Spec.Memory(64 * MEBIBYTE, 32 * MEBIBYTE, 80 * MEBIBYTE),
                new Spec.Cpu(512, 50_000, 100_000),
                new Spec.Pids(32),
                new Spec.BlockIo(100, List.of(new Spec.Throttle(8, 0, 1000)), null, null, null),
                null,
                null);
        driver.create("s1/c1", before);
        Map<String, String> were = files("holdfast/s1/c1");
        programs.failing = true;

        Spec.DeviceRule rule = new Spec.DeviceRule(true, "c", 10, 200, "rw");
        assertThatThrownBy(() ->
                        driver.update("s1/c1", before, new Spec.Resources(null, null, null, null, List.of(rule), null)))
                .hasMessageContaining("EINVAL (played)");

        assertThat(files("holdfast/s1/c1")).isEqualTo(were);
    }

    @Test
    void shouldGuardDevicesOnceForAllAndAnewForWhoAsks() throws Exception {
        CgroupDriver driver = open("holdfast");
        assertThat(programs.last().cgroup()).isEqualTo(mount.resolve("holdfast"));
        assertThat(programs.last().overridable()).isTrue();
        assertThat(programs.last().holds(DeviceRules.DEFAULTS)).isTrue();
        driver.create("s1", Spec.Resources.UNLIMITED);
        driver.create("s1/c1", Spec.Resources.UNLIMITED);
        assertThat(programs.attached).hasSize(1);

        Spec.DeviceRule rule = new Spec.DeviceRule(true, "c", 10, 200, "rw");
        driver.create("s1/c2", new Spec.Resources(null, null, null, null, List.of(rule), null));

        assertThat(programs.last().cgroup()).isEqualTo(mount.resolve("holdfast/s1/c2"));
        assertThat(programs.last().overridable()).isFalse();
        assertThat(programs.last().holds(DeviceRules.effective(List.of(rule)))).isTrue();
    }

    @Test
    void shouldNotStartWhereDevicesCannotBeKeptFromContainers() {
        programs.failing = true;

        assertThatThrownBy(() -> open("holdfast"))
                .hasMessageContaining("devices cannot be kept from containers")
                .hasMessageContaining("CONFIG_CGROUP_BPF");
    }

    @Test
    void shouldRefuseBoundedSwapOnlyWhereItWouldNotBeKept() throws Exception {
        files.leaveOut("memory.swap.max");
        CgroupDriver driver = open("holdfast");
        Spec.Resources bounded = new Spec.Resources(new Spec.Memory(MEBIBYTE, 0, MEBIBYTE), null, null);

        assertThat(driver.refusal(bounded))
                .hasValueSatisfying(why -> assertThat(why).startsWith("memory.swap: this kernel does not count swap"));
        assertThat(driver.refusal(new Spec.Resources(new Spec.Memory(MEBIBYTE, 0, -1), null, null)))
                .isEmpty();
        put("proc/meminfo", "MemTotal:       16777216 kB\nSwapTotal:       0 kB\n");
        assertThat(driver.refusal(bounded)).isEmpty();
        driver.create("s1", bounded);
        assertThat(read("holdfast/s1/memory.max")).isEqualTo("1048576");
    }

    @Test
    void shouldNameTheFieldThatTheKernelHasNothingFor() throws Exception {
        files.leaveOut("io.weight");
        CgroupDriver driver = open("holdfast");

        assertThat(driver.refusal(with(new Spec.BlockIo(100, null, null, null, null))))
                .hasValueSatisfying(why -> assertThat(why).startsWith("blockIO.weight: this kernel has no io.weight"));
        assertThat(driver.refusal(unified(Map.of("memory.zswap.max", "0"))))
                .hasValueSatisfying(why ->
                        assertThat(why).isEqualTo("unified.memory.zswap.max: this kernel has no memory.zswap.max"));
        assertThat(driver.refusal(with(new Spec.Cpu(0, 0, 0, "6-9", ""))))
                .hasValueSatisfying(why -> assertThat(why).isEqualTo("cpu.cpus: {8, 9} is not among this node's 0-7"));
    }

    @Test
    void shouldReadAccountsOfEveryController() throws Exception {
        CgroupDriver driver = open("holdfast");
        driver.create("s1", Spec.Resources.UNLIMITED);
        play("cpu.stat", "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_throttled 4\nthrottled_usec 5\n");
        play("memory.peak", "8192\n");
        play("memory.stat", "anon 100\nfile 200\npgmajfault 3\n");
        play("memory.swap.current", "7\n");
        play("memory.events", "oom_kill 2\n");
        play("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=9\n8:16 rbytes=10 wbytes=20 rios=30 wios=40\n");
        play(
                "cpu.pressure",
                "some avg10=1.50 avg60=0.25 avg300=0.00 total=99\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=9\n");

        Stats stats = driver.stats("s1").orElseThrow();

        assertThat(stats.cpu()).isEqualTo(new Stats.Cpu(30_000, 20_000, 10_000, 4, 5_000));
        assertThat(stats.memory()).isEqualTo(new Stats.Memory(0, 8192, Stats.UNLIMITED, 100, 200, 7, 3, 2));
        assertThat(stats.io()).isEqualTo(new Stats.Io(11, 22, 33, 44));
        assertThat(stats.pids()).isEqualTo(new Stats.Pids(0, Stats.UNLIMITED));
        assertThat(stats.cpuPressure())
                .isEqualTo(new Stats.Pressure(true, new Stats.Stall(1.5, 0.25, 0, 99), new Stats.Stall(0.5, 0, 0, 9)));
        assertThat(stats.ioPressure()).isEqualTo(Stats.Pressure.UNKNOWN);
    }

    @Test
    void shouldSayWhichControllerIsMissing() throws Exception {
        files.populateRoot(mount, "cpu pids");

        assertThatThrownBy(() -> open("holdfast"))
                .hasMessageContaining("controller memory is not available")
                .hasMessageContaining("subtree_control");
    }

    @Test
    void shouldRefuseHostWithoutCgroups() {
        assertThatThrownBy(() -> Cgroups.open("holdfast", host, List.of(), files, programs, pid -> {}))
                .hasMessageContaining("no cgroup hierarchy is mounted");
    }

    @Test
    void shouldRefuseParentsThatLeaveTheMount() {
        for (String parent : List.of("", "/holdfast", "..", "a/../..", ".")) {
            assertThatThrownBy(() -> open(parent)).as(parent).hasMessageContaining("cgroup-parent");
        }
    }

    private void play(String file, String text) throws IOException {
        Files.writeString(mount.resolve("holdfast/s1").resolve(file), text);
    }

    private Map<String, String> files(String cgroup) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (var entries = Files.newDirectoryStream(mount.resolve(cgroup))) {
            for (Path file : entries) {
                texts.put(file.getFileName().toString(), Files.readString(file).strip());
            }
        }
        return texts;
    }

    private static Spec.Resources memory(long limit) {
        return new Spec.Resources(new Spec.Memory(limit, 0, 0), null, null);
    }

    private static Spec.Resources with(Spec.Cpu cpu) {
        return new Spec.Resources(null, cpu, null);
    }

    private static Spec.Resources with(Spec.BlockIo io) {
        return new Spec.Resources(null, null, null, io, null, null);
    }

    private static Spec.Resources unified(Map<String, String> keys) {
        return new Spec.Resources(null, null, null, null, null, new TreeMap<>(keys));
    }

    private CgroupDriver open(String parent) throws IOException {
        String line = "41 31 0:38 / %s rw,relatime - cgroup2 cgroup2 rw".formatted(mount);
        return Cgroups.open(parent, host, List.of(line), files, programs, pid -> {});
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
