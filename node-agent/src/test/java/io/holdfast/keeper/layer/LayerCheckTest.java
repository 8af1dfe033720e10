package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage done by hand is found and named. */
@Tag("root")
class LayerCheckTest {
    @TempDir
    Path temporary;

    private LayerFixture layers;
    private Layer layer;
    private Path tree;

    private interface Harm {
        void doTo(Path tree) throws Exception;
    }

    @BeforeEach
    void open() throws Exception {
        Root.required();
        layers = new LayerFixture(temporary);
    }

    private String found(boolean deep, Harm harm) throws Exception {
        layer = layers.put(new Tar()
                .add(Tar.directory("etc").owner(1, 2))
                .file("etc/passwd", "root:x")
                .add(Tar.symbolicLink("etc/link", "passwd"))
                .pax("SCHILY.xattr.user.a", "b")
                .file("etc/with attribute", ""));
        tree = layers.tree(layer);
        assertThat(layers.store.check(true, any -> false)).isEmpty();
        harm.doTo(tree);
        var damaged = layers.store.check(deep, any -> false);
        assertThat(layers.store.has(layer.id())).isEqualTo(damaged.isEmpty());
        if (damaged.isEmpty()) {
            layers.store.remove(layer.id());
            return "";
        }
        return damaged.get(0).what();
    }

    @Test
    void shouldFindWhatAStatTells() throws Exception {
        assertThat(found(false, at -> Files.writeString(at.resolve("etc/passwd"), "r")))
                .isEqualTo("etc/passwd: has 1 bytes, had 6");
        assertThat(found(false, at -> Files.delete(at.resolve("etc/passwd")))).isEqualTo("etc/passwd: is missing");
        assertThat(found(
                        false,
                        at -> Files.setPosixFilePermissions(
                                at.resolve("etc/passwd"), PosixFilePermissions.fromString("rw-rw-rw-"))))
                .isEqualTo("etc/passwd: mode is 666, was 644");
        assertThat(found(false, at -> Files.setAttribute(at.resolve("etc"), "unix:uid", 7)))
                .isEqualTo("etc: owner is 7:2, was 1:2");
        assertThat(found(false, at -> {
                    Files.delete(at.resolve("etc/link"));
                    Files.createSymbolicLink(at.resolve("etc/link"), Path.of("shadow"));
                }))
                .isEqualTo("etc/link: links to shadow, linked to passwd");
        assertThat(found(false, at -> {
                    Files.delete(at.resolve("etc/passwd"));
                    Files.createDirectory(at.resolve("etc/passwd"));
                }))
                .isEqualTo("etc/passwd: is of type d, was f");
        assertThat(found(false, at -> Files.setAttribute(at.resolve("etc/with attribute"), "user:a", new byte[1])))
                .isEqualTo("etc/with attribute: extended attributes are others");
    }

    @Test
    void shouldFindWhatIsMore() throws Exception {
        assertThat(found(false, at -> {
                    Files.writeString(at.resolve("etc/more"), "x");
                }))
                .isEqualTo("has 5 entries, had 4");
    }

    @Test
    void shouldFindAFlippedBitWhenContentIsRead() throws Exception {
        Harm flip = at -> {
            FileTime time = Files.getLastModifiedTime(at.resolve("etc/passwd"));
            Files.writeString(at.resolve("etc/passwd"), "rooT:x");
            Files.setLastModifiedTime(at.resolve("etc/passwd"), time);
        };
        assertThat(found(false, flip)).isEmpty();
        assertThat(found(true, flip)).startsWith("etc/passwd: content has checksum ");
    }

    @Test
    void shouldFindADamagedList() throws Exception {
        assertThat(found(false, at -> Files.writeString(at.resolveSibling("tree.list"), "holdfast-tree 1\n")))
                .isEqualTo("its list is damaged: no end");
        assertThat(found(false, at -> Files.delete(at.resolveSibling("tree.list"))))
                .isEqualTo("its list is missing");
    }

    @Test
    void shouldKeepWhatIsInUse() throws Exception {
        found(false, at -> {});
        layer = layers.put(new Tar().file("a", "x"));
        Files.delete(layers.tree(layer).resolve("a"));
        assertThat(layers.store.check(false, any -> true)).hasSize(1);
        assertThat(layers.store.has(layer.id())).isTrue();
    }
}
