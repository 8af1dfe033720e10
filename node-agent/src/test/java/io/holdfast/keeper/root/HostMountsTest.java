package io.holdfast.keeper.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostMountsTest {
    @Test
    void shouldFindHierarchiesWhenTheHostIsHybrid() {
        HostMounts mounts = HostMounts.parse(List.of(
                "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
                "30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct",
                "31 25 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/x,name=systemd",
                "32 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate"));
        assertThat(mounts.of(Path.of("/sys/fs/cgroup/cpu,cpuacct/a")).map(HostMounts::name))
                .contains("cpu,cpuacct");
        assertThat(mounts.of(Path.of("/sys/fs/cgroup/systemd/a")).map(HostMounts::name))
                .contains("systemd");
        assertThat(mounts.of(Path.of("/sys/fs/cgroup/unified/a")).map(HostMounts::isOnlyOne))
                .contains(false);
        assertThat(mounts.of(Path.of("/sys/fs/cgroup/memory/a"))).isEmpty();
    }

    @Test
    void shouldSeeOneTreeWhenTheHostHasOnlyV2() {
        HostMounts mounts = HostMounts.parse(List.of("26 23 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate"));
        assertThat(mounts.of(Path.of("/sys/fs/cgroup/a/b")).map(HostMounts::isOnlyOne))
                .contains(true);
    }
}
