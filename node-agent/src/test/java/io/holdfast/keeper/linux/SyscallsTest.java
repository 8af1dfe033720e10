package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyscallsTest {
    @TempDir
    Path directory;

    @Test
    void shouldTryAgainWhenACallIsInterrupted() throws Exception {
        RecordingKernel kernel = new RecordingKernel().answer(Call.OPENAT, -Errno.EINTR, -Errno.EINTR, 7);
        assertThat(new Syscalls(kernel).open("/x", Syscalls.O_RDONLY, 0)).isEqualTo(7);
        assertThat(kernel.asked()).hasSize(3);
    }

    @Test
    void shouldNameCallAndArgumentsWhenTheKernelRefuses() {
        RecordingKernel kernel = new RecordingKernel().answer(Call.KILL, -Errno.ESRCH);
        assertThatThrownBy(() -> new Syscalls(kernel).kill(42, Syscalls.SIGKILL))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("kill(42, 9): ESRCH (no such process)");
    }

    @Test
    void shouldSetModeAndOwnerWhenItMakesAFifo() throws Exception {
        RecordingKernel kernel = new RecordingKernel();
        new Syscalls(kernel).mkfifo("/x", 0620, 5, 6);
        assertThat(kernel.asked())
                .extracting(RecordingKernel.Asked::call)
                .containsExactly(Call.MKNODAT, Call.FCHOWNAT, Call.FCHMODAT);
    }

    @Test
    void shouldPassBytesThroughAFifoWhenBothEndsAreOne() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        String fifo = directory.resolve("fifo").toString();
        syscalls.kernel().call(Call.MKNODAT, Syscalls.AT_FDCWD, fifo, 0x1000 | 0600, 0);
        int fd = syscalls.open(fifo, Syscalls.O_RDWR | Syscalls.O_NONBLOCK, 0);
        try {
            assertThat(syscalls.poll(List.of(new Pollable(fd, Syscalls.POLLIN)), 0))
                    .containsExactly(0);
            byte[] sent = "heave ho".getBytes(StandardCharsets.UTF_8);
            syscalls.write(fd, sent, 0, sent.length);
            assertThat(syscalls.poll(List.of(new Pollable(fd, Syscalls.POLLIN)), 1000))
                    .containsExactly(Syscalls.POLLIN);
            byte[] got = new byte[64];
            assertThat(syscalls.read(fd, got, 0, got.length)).isEqualTo(sent.length);
            assertThat(got).startsWith(sent);
        } finally {
            syscalls.close(fd);
        }
    }

    @Test
    void shouldCountWakeUpsWhenTheyComeBeforeTheyAreTaken() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        int fd = syscalls.eventfd();
        try {
            assertThat(syscalls.eventfdTake(fd)).isZero();
            syscalls.eventfdAdd(fd);
            syscalls.eventfdAdd(fd);
            assertThat(syscalls.eventfdTake(fd)).isEqualTo(2);
        } finally {
            syscalls.close(fd);
        }
    }

    @Test
    void shouldRefuseTheLockWhenAnotherOpenFileHoldsIt() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        String file = Files.createFile(directory.resolve("lock")).toString();
        int first = syscalls.open(file, Syscalls.O_RDWR, 0);
        int second = syscalls.open(file, Syscalls.O_RDWR, 0);
        try {
            assertThat(syscalls.tryLock(first)).isTrue();
            assertThat(syscalls.tryLock(second)).isFalse();
        } finally {
            syscalls.close(first);
            syscalls.close(second);
        }
    }

    @Test
    void shouldTellTimeAndFileSystemWhenAsked() throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        assertThat(syscalls.bootTimeNanos()).isPositive();
        assertThat(syscalls.statfs("/proc").magic()).isEqualTo(0x9fa0);
    }
}
