package io.holdfast.keeper.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TestGuards;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamesTest {
    @TempDir
    Path directory;

    private Path root;
    private UserNames names;

    @BeforeEach
    void open() throws Exception {
        root = Files.createDirectories(directory.resolve("image"));
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                broken line
                www:x:33:34:web:/var/www:/bin/sh
                odd:x:99999:1::/:
                """);
        Files.writeString(root.resolve("etc/group"), """
                root:x:0:
                staff:x:50:www,other
                web:x:34:
                tape:x:26:www
                """);
        names = new UserNames(new Syscalls(new JnrKernel()), TestGuards.current());
    }

    private Spec.User resolve(String name) throws LaunchException {
        return names.resolve(root, new Spec.User(7, 7, List.of(9), 027, name)).user();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "www|33|34|9,26,50",
                "33|33|34|9,26,50",
                "www:staff|33|50|9",
                "www:5|33|5|9",
                "1234|1234|0|9",
                "1234:web|1234|34|9",
                "root|0|0|9",
            })
    void shouldGiveTheNumbersThatTheImageHas(String name, int uid, int gid, String groups) throws Exception {
        List<Integer> all =
                List.of(groups.split(",")).stream().map(Integer::valueOf).toList();
        assertThat(resolve(name)).isEqualTo(new Spec.User(uid, gid, all, 027, ""));
    }

    @ParameterizedTest
    @CsvSource({"www,/var/www", "33,/var/www", "www:staff,/var/www", "1234,/", "root,/root"})
    void shouldTellTheHome(String name, String home) throws Exception {
        Spec.User user = new Spec.User(7, 7, List.of(), 027, name);
        assertThat(names.resolve(root, user).home()).isEqualTo(home);
        assertThat(names.resolve(root, new Spec.User(7, 7, List.of())).home()).isEmpty();
    }

    @Test
    void shouldLeaveNumbersAloneWhenThereIsNoName() throws Exception {
        assertThat(resolve("")).isEqualTo(new Spec.User(7, 7, List.of(9), 027, ""));
        assertThat(new Spec.User(7, 7, List.of()).username()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody|user nobody is not in the image's /etc/passwd",
                "www:wheel|group wheel is not in the image's /etc/group",
                "odd|user odd has the id 99999, which is not between 0 and 65535",
                "70000|number 70000 has the id 70000",
            })
    void shouldRefuseWhatTheImageDoesNotHave(String name, String message) {
        assertThatThrownBy(() -> resolve(name))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("process.user.username: " + message);
    }

    /** CVE-2026-46680: taken for a name, it would be whoever the image says. */
    @Test
    void shouldNotTakeANumberForANameWhenItIsTooLarge() throws Exception {
        Files.writeString(root.resolve("etc/passwd"), "99999999999:x:0:0::/:\n4294967296:x:0:0::/:\n");
        for (String name : List.of("99999999999", "4294967296")) {
            assertThatThrownBy(() -> resolve(name)).hasMessageContaining("which is not between 0 and 65535");
        }
    }

    /** CVE-2024-9676: the image's file is a link to one of the host's. */
    @Test
    @Tag("guard-user-names")
    void shouldStayInTheImageWhenItsFileIsALinkOut() throws Exception {
        Path outside = Files.writeString(directory.resolve("passwd"), "intruder:x:0:0::/:\n");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), outside);
        assertThatThrownBy(() -> resolve("intruder")).hasMessageContaining("is not in the image's /etc/passwd");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../../passwd"));
        assertThatThrownBy(() -> resolve("intruder")).hasMessageContaining("is not in the image's /etc/passwd");
    }

    @Test
    void shouldFollowLinksWithinTheImage() throws Exception {
        Files.createDirectory(root.resolve("usr"));
        Files.move(root.resolve("etc/passwd"), root.resolve("usr/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/usr/passwd"));
        assertThat(resolve("www").uid()).isEqualTo(33);
    }

    @Test
    void shouldOpenNothingButARegularFileOfBoundedSize() throws Exception {
        Files.delete(root.resolve("etc/passwd"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("etc/passwd").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> resolve("www")).hasMessageContaining("/etc/passwd is not a regular file");
        Files.delete(root.resolve("etc/passwd"));
        Files.writeString(root.resolve("etc/passwd"), "x".repeat(UserNames.MAX_BYTES + 1));
        assertThatThrownBy(() -> resolve("www")).hasMessageContaining("has more than 1048576 bytes");
    }

    @Test
    void shouldKnowNumbersAloneWhenTheImageHasNoFiles() throws Exception {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));
        assertThat(resolve("1000:1000").gid()).isEqualTo(1000);
        assertThat(resolve("1000").gid()).isZero();
        assertThatThrownBy(() -> resolve("www")).hasMessageContaining("user www is not in");
    }
}
