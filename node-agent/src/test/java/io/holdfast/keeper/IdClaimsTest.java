package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Records.KeeperRecord;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeRemover;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdClaimsTest {
    @TempDir
    Path directory;

    @Test
    void shouldGiveEachKeeperRangeOfItsOwnAndTheSameAgain() throws Exception {
        KeeperRecord first = claim("a", Map.of());
        KeeperRecord second = claim("b", Map.of());

        assertThat(second.idRangeFirst()).isGreaterThanOrEqualTo(first.idRangeFirst() + first.idRangeSize());
        assertThat(claim("b", Map.of())).isEqualTo(second);
        assertThat(claim("a", Map.of())).isEqualTo(first);
    }

    /** Any other descriptor of the file that is closed in this process would let go of the lock: fcntl(2). */
    @Test
    void shouldHoldTheLockThatItHasTaken() throws Exception {
        try (FileChannel lock = new IdClaims(directory.resolve("claims")).lock()) {
            assertThat(lock.isOpen()).isTrue();
            Object inode = Files.getAttribute(directory.resolve("claims/lock"), "unix:ino");
            assertThat(Files.readAllLines(Path.of("/proc/locks")))
                    .anyMatch(
                            line -> line.contains(" " + ProcessHandle.current().pid() + " ")
                                    && line.contains(":" + inode + " "));
        }
    }

    @Test
    void shouldRememberTheRangeOverReboot() throws Exception {
        claim("a", Map.of());
        KeeperRecord second = claim("b", Map.of());
        TreeRemover.remove(directory.resolve("claims"), new Syscalls(new JnrKernel()));

        assertThat(claim("b", Map.of())).isEqualTo(second);
        assertThat(claim("a", Map.of()).idRangeFirst()).isNotEqualTo(second.idRangeFirst());
    }

    @Test
    void shouldRefuseConfiguredRangeOfAnother() throws Exception {
        claim("a", Map.of("id-range-first", "1000000", "id-range-size", "131072"));

        assertThatThrownBy(() -> claim("b", Map.of("id-range-first", "1131071", "id-range-size", "65536")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("another keeper's")
                .hasMessageContaining("id-range-first");
        assertThat(claim("b", Map.of("id-range-first", "1131072", "id-range-size", "65536"))
                        .idRangeFirst())
                .isEqualTo(1_131_072);
    }

    @Test
    void shouldForgetKeepersWhoseDataIsGone() throws Exception {
        KeeperRecord first = claim("a", Map.of());
        TreeRemover.remove(directory.resolve("a"), new Syscalls(new JnrKernel()));

        assertThat(claim("b", Map.of())).isEqualTo(first);
    }

    @Test
    void shouldLeaveNothingWhenTheLastLetsGo() throws Exception {
        claim("a", Map.of());
        claim("b", Map.of());
        new IdClaims(directory.resolve("claims")).release(layout("a"));
        assertThat(directory.resolve("claims")).isNotEmptyDirectory();

        new IdClaims(directory.resolve("claims")).release(layout("b"));

        assertThat(directory.resolve("claims")).doesNotExist();
    }

    @Test
    void shouldRunOutOfRangesWithMessage() throws Exception {
        IdRanges ranges = new IdRanges(1_000_000, 2 * IdRanges.RANGE);
        assertThat(ranges.allocate().first()).isEqualTo(1_000_000);
        assertThat(ranges.allocate().first()).isEqualTo(1_065_536);

        assertThatThrownBy(ranges::allocate).hasMessageContaining("all 2 id ranges");

        ranges.release(new io.holdfast.keeper.linux.Launcher.IdRange(1_000_000));
        assertThat(ranges.allocate().first()).isEqualTo(1_000_000);
    }

    private Layout layout(String name) {
        return new Layout(directory.resolve(name), directory.resolve(name + "-run"));
    }

    private KeeperRecord claim(String name, Map<String, String> values) throws Exception {
        Files.createDirectories(layout(name).data());
        return new IdClaims(directory.resolve("claims")).claim(layout(name), KeeperFixture.ok(KeeperConfig.of(values)));
    }
}
