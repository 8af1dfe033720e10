package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemoverTest {
    @TempDir
    Path directory;

    @Test
    void shouldRemoveLinksNotWhatTheyShow() throws Exception {
        Path kept = Files.createDirectory(directory.resolve("kept"));
        Files.writeString(kept.resolve("file"), "precious");
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("directory-link"), kept);
        Files.createSymbolicLink(tree.resolve("file-link"), kept.resolve("file"));
        Files.createSymbolicLink(tree.resolve("broken-link"), Path.of("/nowhere"));

        TreeRemover.remove(tree, new Syscalls(new JnrKernel()));

        assertThat(tree).doesNotExist();
        assertThat(kept.resolve("file")).hasContent("precious");
    }

    @Test
    void shouldRemoveTreeDeeperThanAnyPathMayBeLong() throws Exception {
        // 3,000 levels of 200 characters: no path names the bottom, only a walk by descriptor gets there
        Process deep = new ProcessBuilder(
                        "sh",
                        "-c",
                        "mkdir tree && cd tree && n=$(printf 'd%0199d' 0) && i=0 && "
                                + "while [ $i -lt 3000 ]; do mkdir $n && cd -P ./$n || exit 1; i=$((i+1)); done; echo x > bottom")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        deep.waitFor();
        Path tree = directory.resolve("tree");
        assertThat(tree).isNotEmptyDirectory();

        TreeRemover.remove(tree, new Syscalls(new JnrKernel()));

        assertThat(tree).doesNotExist();
    }

    @Test
    void shouldTakeMissingTreeAsRemoved() throws Exception {
        TreeRemover.remove(directory.resolve("none"), new Syscalls(new JnrKernel()));
    }

    @Test
    @Tag("root")
    void shouldNotEmptyWhatIsMountedBelow() throws Exception {
        Root.required();
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Path mountPoint = Files.createDirectories(directory.resolve("tree/mnt"));
        run("mount", "--bind", precious.toString(), mountPoint.toString());
        try {
            assertThatThrownBy(() -> TreeRemover.remove(directory.resolve("tree"), new Syscalls(new JnrKernel())))
                    .hasMessageContaining("is still mounted");
            assertThat(precious.resolve("file")).exists();
        } finally {
            run("umount", mountPoint.toString());
        }
        TreeRemover.remove(directory.resolve("tree"), new Syscalls(new JnrKernel()));
        assertThat(precious.resolve("file")).exists();
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
