package io.holdfast.keeper.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of layers as overlay would show them. */
@Tag("root")
class MergedTreeTest {
    @TempDir
    Path directory;

    private Path lower;
    private Path upper;
    private Path outside;
    private MergedTree tree;
    private Set<Path> opaque = Set.of();

    @BeforeEach
    void make() throws Exception {
        Root.required();
        lower = Files.createDirectory(directory.resolve("lower"));
        upper = Files.createDirectory(directory.resolve("upper"));
        outside = Files.writeString(directory.resolve("outside"), "of the host");
        tree = new MergedTree(List.of(upper, lower), path -> opaque.contains(path));
    }

    private static Path file(Path layer, String name) throws IOException {
        Path file = layer.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private static void whiteout(Path layer, String name) throws Exception {
        Path file = layer.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(new ProcessBuilder("mknod", file.toString(), "c", "0", "0")
                        .start()
                        .waitFor())
                .isZero();
    }

    private void assertAbsent(String path) throws IOException {
        assertThat(tree.find(path)).isEqualTo(Optional.empty());
    }

    @Test
    void shouldPreferTheUpperAndMergeDirectories() throws Exception {
        file(lower, "etc/both");
        Path both = file(upper, "etc/both");
        Path below = file(lower, "etc/below");

        assertThat(tree.find("etc/both")).contains(both);
        assertThat(tree.find("/etc/../etc/./below")).contains(below);
        assertAbsent("etc/none");
        assertAbsent("etc/below/further");
    }

    @Test
    void shouldNotFindWhatAnUpperLayerTakesAway() throws Exception {
        file(lower, "etc/passwd");
        whiteout(upper, "etc/passwd");
        file(lower, "gone/file");
        whiteout(upper, "gone");
        file(lower, "new/file");
        file(upper, "new/other");
        opaque = Set.of(upper.resolve("new"));

        assertAbsent("etc/passwd");
        assertAbsent("gone/file");
        assertAbsent("new/file");
        assertThat(tree.find("new/other")).isPresent();
    }

    @Test
    void shouldStopAtAFileThatStandsBetweenDirectories() throws Exception {
        Path lowest = Files.createDirectory(directory.resolve("lowest"));
        file(lowest, "a/hidden");
        file(lower, "a");
        file(upper, "a/seen");
        MergedTree three = new MergedTree(List.of(upper, lower, lowest), path -> false);

        assertThat(three.find("a/seen")).isPresent();
        assertThat(three.find("a/hidden")).isEmpty();
    }

    @Test
    void shouldFollowLinksWithinTheLayersAlone() throws Exception {
        Path real = file(lower, "usr/lib/passwd");
        Files.createDirectories(upper.resolve("etc"));
        Files.createSymbolicLink(upper.resolve("etc/passwd"), Path.of("/usr/lib/passwd"));
        Files.createSymbolicLink(upper.resolve("etc/up"), Path.of("../../../../../usr/lib/passwd"));
        Files.createSymbolicLink(upper.resolve("etc/out"), outside);
        Files.createSymbolicLink(upper.resolve("etc/way"), Path.of("../usr"));

        assertThat(tree.find("etc/passwd")).contains(real);
        assertThat(tree.find("etc/up")).contains(real);
        assertThat(tree.find("etc/way/lib/passwd")).contains(real);
        assertAbsent("etc/out");
    }

    @Test
    void shouldEndWhereLinksDoNot() throws Exception {
        Files.createSymbolicLink(upper.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(upper.resolve("b"), Path.of("a"));

        assertThatThrownBy(() -> tree.find("a/c")).hasMessageContaining("too many symbolic links");
    }
}
