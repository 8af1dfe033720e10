package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.HostCheck.Facts;
import org.junit.jupiter.api.Test;

class HostCheckTest {
    @Test
    void shouldNameEverythingThatIsMissingWhenTheHostIsUnfit() {
        assertThatThrownBy(() -> HostCheck.judge(new Facts("Linux", "5.4.0-42-generic", "riscv64", 1000, 0)))
                .isInstanceOf(LaunchException.class)
                .hasMessage(
                        "this host cannot run containers: kernel 5.4.0-42-generic is older than 5.10, the oldest that is"
                                + " supported: boot a newer one; architecture riscv64 is not supported: containers run on x86-64 and"
                                + " aarch64; the keeper runs as user 1000: start it as root; user namespaces are switched off: set"
                                + " sysctl user.max_user_namespaces above 0");
    }

    @Test
    void shouldRefuseAnotherSystemWhenItIsNotLinux() {
        assertThatThrownBy(() -> HostCheck.judge(new Facts("Mac OS X", "14.5", "aarch64", 0, 0)))
                .hasMessage("containers need Linux, this is Mac OS X");
    }

    @Test
    void shouldTellWhatTheKernelCanWhenItIsOld() throws Exception {
        HostCheck.Host host = HostCheck.judge(new Facts("Linux", "5.10.0-28-amd64", "amd64", 0, 1));
        assertThat(host.overlayByFd()).isFalse();
        assertThat(host.attributes())
                .containsEntry("arch", "amd64")
                .containsEntry("kernel.version", "5.10.0-28-amd64")
                .containsEntry("overlay.idmapped-layers", "false")
                .containsEntry("user-namespaces", "true");
    }

    @Test
    void shouldTellWhatTheKernelCanWhenItIsNew() throws Exception {
        HostCheck.Host host = HostCheck.judge(new Facts("Linux", "6.18", "aarch64", 0, 96_364));
        assertThat(host.overlayByFd()).isTrue();
        assertThat(host.attributes()).containsEntry("arch", "arm64").containsEntry("overlay.idmapped-layers", "true");
    }
}
