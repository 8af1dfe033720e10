package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {

    @Test
    void shouldReadControllersMountedTogetherAndEscapedPaths() {
        CgroupMounts mounts = CgroupMounts.parse(List.of(
                "22 27 0:21 / /proc rw,relatime - proc proc rw",
                "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct",
                "33 31 0:30 / /odd\\040place/memory rw - cgroup cgroup rw,memory",
                "34 31 0:31 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd",
                "35 31 0:30 / /copy/memory rw - cgroup cgroup rw,memory"));

        assertThat(mounts.mode()).isEqualTo("v1");
        assertThat(mounts.v1())
                .isEqualTo(Map.of(
                        "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        "memory", Path.of("/odd place/memory")));
    }

    @Test
    void shouldTellTheModesApart() {
        String v1 = "32 31 0:29 / /c/memory rw - cgroup cgroup rw,memory";
        String v2 = "33 31 0:30 / /c/unified rw - cgroup2 cgroup2 rw";
        String systemd = "34 31 0:31 / /c/systemd rw - cgroup cgroup rw,name=systemd";

        assertThat(CgroupMounts.parse(List.of(v1, v2)).mode()).isEqualTo("hybrid");
        assertThat(CgroupMounts.parse(List.of(v2, systemd)).mode()).isEqualTo("v2");
        assertThat(CgroupMounts.parse(List.of(v2)).v2()).isEqualTo(Optional.of(Path.of("/c/unified")));
        assertThat(CgroupMounts.parse(List.of(systemd)).mode()).isEqualTo("none");
    }

    @Test
    void shouldCountCpuLists() {
        assertThat(HostLimits.countCpus("0-3,8,10-11\n")).isEqualTo(7);
        assertThat(HostLimits.countCpus("")).isZero();
    }
}
