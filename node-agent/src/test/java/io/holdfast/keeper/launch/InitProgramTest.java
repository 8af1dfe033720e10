package io.holdfast.keeper.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import io.holdfast.keeper.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of the host may become process 1 of containers. */
@Tag("root")
class InitProgramTest {
    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        Root.required();
    }

    private InitProgram find(Path... places) {
        return InitProgram.find(List.of(places), Arch.current());
    }

    @Test
    void shouldRefuseDynamicProgramAndSayWhatToInstall() {
        InitProgram found = find(Path.of("/bin/sh"));

        assertThat(found.name()).isEmpty();
        assertThat(found.missing())
                .isEqualTo(
                        "this host has no init for containers (/bin/sh is not static): install the package catatonit or"
                                + " tini and start the keeper again");
    }

    @Test
    void shouldRefuseWhatIsNoProgramOrOfAnotherArchitecture() throws Exception {
        Path text = Files.writeString(directory.resolve("text"), "#!/bin/sh\n" + "x".repeat(100));
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(find(text).missing()).contains("is no program of this architecture");
        Arch other = Arch.current() == Arch.X86_64 ? Arch.AARCH64 : Arch.X86_64;
        assertThat(InitProgram.find(List.of(Path.of("/bin/sh")), other).missing())
                .contains("is no program of this architecture");
    }

    @Test
    void shouldRefuseWhatOthersCanWrite() throws Exception {
        Path open = Files.copy(Path.of("/bin/sh"), directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertThat(find(open).missing()).contains(open + " can be written by others than root");
    }

    @Test
    void shouldSayThatNoneIsThere() {
        assertThat(find(directory.resolve("none")).missing())
                .startsWith("this host has no init for containers: install");
    }
}
