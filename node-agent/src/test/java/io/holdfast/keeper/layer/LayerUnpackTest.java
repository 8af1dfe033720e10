package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class LayerUnpackTest {
    /** VFS_CAP_REVISION_2, effective, CAP_NET_BIND_SERVICE: no UTF-8. */
    private static final String CAPABILITY = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    @TempDir
    Path temporary;

    private LayerFixture layers;

    @BeforeEach
    void open() throws Exception {
        Root.required();
        layers = new LayerFixture(temporary);
    }

    @Test
    void shouldKeepSetIdBitsAndCapabilitiesWhenTheOwnerIsAnother() throws Exception {
        Layer layer = layers.put(new Tar()
                .pax("SCHILY.xattr.security.capability", CAPABILITY, "mtime", "1600000000.123456789")
                .add(Tar.file("program").mode(06755).owner(1000, 70_000), "x")
                .add(Tar.directory("tmp").mode(01777)));

        TreeCalls.Status status = layers.status(layer, "program");
        assertThat(status.mode() & 07777).isEqualTo(06755);
        assertThat(status.uid()).isEqualTo(1000);
        assertThat(status.gid()).isEqualTo(70_000);
        assertThat(status.seconds()).isEqualTo(1_600_000_000L);
        assertThat(status.nanos()).isEqualTo(123_456_789);
        assertThat(layers.attribute(layer, "program", "security.capability")).isEqualTo(CAPABILITY);
        assertThat(layers.status(layer, "tmp").mode() & 07777).isEqualTo(01777);
    }

    @Test
    void shouldKeepDirectoryTimesWhenFilesComeAfterThem() throws Exception {
        Layer layer = layers.put(new Tar()
                .add(Tar.directory("./").seconds(7))
                .add(Tar.directory("d").seconds(5))
                .file("d/f", "x"));

        assertThat(layers.status(layer, "d").seconds()).isEqualTo(5);
        assertThat(layers.status(layer, ".").seconds()).isEqualTo(7);
    }

    @Test
    void shouldKeepNamesThatAreNoUtf8() throws Exception {
        Layer layer = layers.put(new Tar()
                .file("a\u00ff\u00fe", "x")
                .pax("path", "b\u00ff", "linkpath", "\u00ff\u00e4")
                .add(Tar.symbolicLink("x", "y"))
                .add(Tar.Header.of("long", 'L'), "c\u00ff" + "n".repeat(150))
                .file("x", "long"));

        assertThat(layers.status(layer, "a\u00ff\u00fe").size()).isEqualTo(1);
        assertThat(layers.status(layer, "c\u00ff" + "n".repeat(150)).size()).isEqualTo(4);
        int root = layers.calls.openTop(layers.tree(layer).toString());
        try {
            assertThat(layers.calls.readLink(root, "b\u00ff")).isEqualTo("\u00ff\u00e4");
        } finally {
            layers.calls.close(root);
        }
        assertThat(layers.store.check(true, any -> true)).isEmpty();
    }

    @Test
    void shouldTellDirectoriesWithoutAnEntry() throws Exception {
        Layer layer = layers.put(new Tar()
                .file("a/b c/d/f", "x")
                .add(Tar.directory("a/b c").mode(0700).owner(5, 6))
                .add(Tar.directory("e").mode(0711)));

        assertThat(layer.implied()).containsExactly("a", "a/b%20c/d");
        assertThat(layers.status(layer, "a").mode() & 07777).isEqualTo(0755);
        assertThat(layers.status(layer, "a/b c").mode() & 07777).isEqualTo(0700);
        assertThat(layers.status(layer, "a/b c").uid()).isEqualTo(5);
        assertThat(layer.entries()).isEqualTo(5);
    }

    @Test
    void shouldTakeTheLaterOfTwoEntries() throws Exception {
        Layer layer = layers.put(new Tar()
                .file("file", "first")
                .file("file", "second")
                .add(Tar.directory("kept"))
                .file("kept/inside", "x")
                .add(Tar.directory("kept").mode(0700))
                .add(Tar.directory("gone"))
                .file("gone/inside", "x")
                .file("gone", "a file now")
                .file("linked", "1")
                .add(Tar.hardLink("name", "linked"))
                .file("linked", "2")
                .add(Tar.hardLink("name2", "name2-target").link("linked"))
                .add(Tar.hardLink("linked", "linked")));

        Path tree = layers.tree(layer);
        assertThat(tree.resolve("file")).hasContent("second");
        assertThat(tree.resolve("kept/inside")).hasContent("x");
        assertThat(layers.status(layer, "kept").mode() & 07777).isEqualTo(0700);
        assertThat(tree.resolve("gone")).hasContent("a file now");
        assertThat(tree.resolve("name")).hasContent("1");
        assertThat(tree.resolve("linked")).hasContent("2");
        assertThat(layers.status(layer, "linked").links()).isEqualTo(2);
        assertThat(layers.store.check(true, any -> true)).isEmpty();
    }

    @Test
    void shouldMarkWhatLowerLayersLose() throws Exception {
        Layer layer = layers.put(new Tar()
                .file("d/.wh.gone", "")
                .file("d/.wh..wh..opq", "")
                .file(".wh..wh.plnk/1.2", "aufs")
                .file(".wh..wh.aufs", "")
                .file(".wh.here", "")
                .file("here", "stays")
                .add(Tar.directory("first"))
                .file(".wh.first", "")
                .file(".wh.second", "")
                .add(Tar.directory("second"))
                .file(".wh.third", "")
                .file("third/f", "x"));

        assertThat(layers.status(layer, "d/gone").isWhiteout()).isTrue();
        assertThat(layers.isOpaque(layer, "d")).isTrue();
        assertThat(layers.tree(layer).resolve("here")).hasContent("stays");
        assertThat(layers.isOpaque(layer, "first")).isTrue();
        assertThat(layers.isOpaque(layer, "second")).isTrue();
        assertThat(layers.isOpaque(layer, "third")).isTrue();
        assertThat(layer.entries()).isEqualTo(7);
        assertThat(layers.store.check(true, any -> true)).isEmpty();
    }

    @Test
    void shouldMakeHolesOfZeros() throws Exception {
        String content = "x" + "\0".repeat(1 << 20) + "y" + "\0".repeat(1 << 20);
        Layer layer = layers.put(new Tar()
                .file("zeros", content)
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "sparse",
                        "GNU.sparse.realsize",
                        "3000000")
                .file("GNUSparseFile.0/sparse", "2\n1000000\n3\n3000000\n0\n" + "\0".repeat(512 - 22) + "abc"));

        assertThat(layers.tree(layer).resolve("zeros")).hasBinaryContent(content.getBytes(StandardCharsets.ISO_8859_1));
        byte[] sparse = new byte[3_000_000];
        System.arraycopy(new byte[] {'a', 'b', 'c'}, 0, sparse, 1_000_000, 3);
        assertThat(layers.tree(layer).resolve("sparse")).hasBinaryContent(sparse);
        Process du = new ProcessBuilder("du", "-sk", layers.tree(layer).toString()).start();
        long kilobytes = Long.parseLong(
                new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\t")[0]);
        assertThat(kilobytes).isLessThan(100);
    }

    @Test
    void shouldGiveNothingAwayByInheritance() throws Exception {
        // version 2; user rwx, group r-x, other ---: what is made below would have it as well
        String acl = "\2\0\0\0" + "\1\0\7\0\u00ff\u00ff\u00ff\u00ff" + "\4\0\5\0\u00ff\u00ff\u00ff\u00ff"
                + "\40\0\0\0\u00ff\u00ff\u00ff\u00ff";
        Layer layer = layers.put(new Tar()
                .pax("SCHILY.xattr.system.posix_acl_default", acl, "SCHILY.xattr.security.selinux", "x:y:z")
                .add(Tar.directory("d").mode(02755).owner(0, 50))
                .file("d/f", "x")
                .file("d/e/f", "x"));

        assertThat(layers.attribute(layer, "d", "system.posix_acl_default")).isEqualTo(acl);
        assertThat(layers.status(layer, "d/f").mode() & 07777).isEqualTo(0644);
        assertThat(layers.status(layer, "d/f").gid()).isZero();
        assertThat(layers.status(layer, "d/e").mode() & 07777).isEqualTo(0755);
        assertThat(layers.status(layer, "d/e").gid()).isZero();
    }

    @Test
    void shouldNotWaitForFifosAndDevices() throws Exception {
        Layer layer = layers.put(new Tar()
                .add(Tar.Header.of("pipe", '6').mode(0620).owner(1, 2))
                .add(Tar.Header.of("pipe2", '6'))
                .file("pipe2", "a file now")
                .add(Tar.Header.of("null", '3').device(1, 3).mode(0666))
                .add(Tar.Header.of("disk", '4').device(259, 70_000)));

        assertThat(layers.status(layer, "pipe").mode()).isEqualTo(0x1000 | 0620);
        assertThat(layers.status(layer, "null").major()).isEqualTo(1);
        assertThat(layers.status(layer, "disk").major()).isEqualTo(259);
        assertThat(layers.status(layer, "disk").minor()).isEqualTo(70_000);
        assertThat(layers.store.check(true, any -> true)).isEmpty();
    }

    @Test
    void shouldKeepOneWhenTheSameIsPutTwice() throws Exception {
        byte[] archive = new Tar().file("a", "x".repeat(100_000)).bytes();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    layers.put(archive);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(layers.store.list()).hasSize(1);
        assertThat(layers.directory.resolve("incoming")).isEmptyDirectory();
        assertThat(layers.store.remove(Tar.idOf(archive))).isTrue();
        assertThat(layers.store.remove(Tar.idOf(archive))).isFalse();
        assertThat(layers.store.tree(Tar.idOf(archive))).doesNotExist();
        assertThat(Files.getPosixFilePermissions(layers.directory)).hasSize(3);
    }
}
