package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Root;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an archive may try, each with the one line that names it; nothing of it stays and nothing outside changes. */
@Tag("root")
class LayerAttackTest {
    @TempDir
    Path temporary;

    private LayerFixture layers;

    @BeforeEach
    void open() throws Exception {
        Root.required();
        layers = new LayerFixture(temporary);
    }

    @ParameterizedTest
    @CsvSource({
        "usr/../../etc/passwd, leads out of the layer",
        "../outside/sentinel, leads out of the layer",
        "/.., leads out of the layer",
        "/, the root is named by a slash",
        "/., the root is named by a slash",
        "//./, the root is named by a slash",
        "'', the name is empty",
        ".wh., is a whiteout of no name",
        "a/.wh.., is a whiteout of no name",
        "a/.wh..., is a whiteout of no name",
        ".wh.a/b, is in a whiteout"
    })
    void shouldRefuseNameWhen(String name, String why) throws Exception {
        assertThat(layers.refused(new Tar().file(name, "x"))).isEqualTo("entry " + name + ": " + why);
    }

    @Test
    void shouldRefuseNameWithNul() throws Exception {
        assertThat(layers.refused(new Tar().pax("path", "a\0b").file("x", "y")))
                .isEqualTo("entry a\\x00b: the name has a NUL");
    }

    @Test
    void shouldRefuseRootThatIsNoDirectory() throws Exception {
        assertThat(layers.refused(new Tar().add(Tar.symbolicLink("./", "/etc"))))
                .isEqualTo("entry ./: the layer's root is not a directory");
    }

    @Test
    void shouldFollowLinkWithinTheLayerWhenAFileGoesThroughIt() throws Exception {
        Path etc = layers.outside;
        Layer layer = layers.put(new Tar()
                .add(Tar.symbolicLink("link", etc.toString()))
                .add(Tar.directory(etc.toString().substring(1)))
                .file("link/file", "inside"));

        assertThat(layers.tree(layer).resolve(etc.toString().substring(1)).resolve("file"))
                .hasContent("inside");
        assertThat(etc.resolve("file")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "../../../../../../../../etc", "/proc/self/root/etc", "/proc/self/cwd"})
    void shouldNotLeaveTheLayerByLink(String target) throws Exception {
        assertThat(layers.refused(
                        new Tar().add(Tar.symbolicLink("link", target)).file("link/holdfast-was-here", "x")))
                .startsWith("entry link/holdfast-was-here: its directory link is a link that leads nowhere");
        assertThat(Path.of("/etc/holdfast-was-here")).doesNotExist();
    }

    @Test
    void shouldReplaceLinkWhenAFileBearsItsName() throws Exception {
        Path sentinel = layers.outside.resolve("sentinel");
        Layer layer = layers.put(
                new Tar().add(Tar.symbolicLink("x", sentinel.toString())).file("x", "mine"));

        assertThat(layers.tree(layer).resolve("x")).isRegularFile().hasContent("mine");
        assertThat(sentinel).hasContent("untouched");
    }

    @Test
    void shouldRefuseEndlessLinks() throws Exception {
        assertThat(layers.refused(new Tar()
                        .add(Tar.symbolicLink("a", "b"))
                        .add(Tar.symbolicLink("b", "a"))
                        .file("a/x", "y")))
                .contains("entry a/x: ")
                .contains("ELOOP");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, 'is a hard link to /etc/passwd, which is no file of this layer'",
        "../outside/sentinel, hard link to ../outside/sentinel: leads out of the layer",
        "link/sentinel, 'is a hard link to link/sentinel, which is no file of this layer'",
        "gone, 'is a hard link to gone, which is no file of this layer'",
        "d, 'is a hard link to d, which is no file of this layer'",
        "./, 'is a hard link to ./, which is no file of this layer'",
        "/, hard link to /: the root is named by a slash",
    })
    void shouldRefuseHardLinkTo(String target, String why) throws Exception {
        assertThat(layers.refused(new Tar()
                        .add(Tar.directory("d"))
                        .file(".wh.gone", "")
                        .add(Tar.symbolicLink("link", layers.outside.toString()))
                        .add(Tar.hardLink("x", target))))
                .isEqualTo("entry x: " + why);
    }

    @Test
    void shouldRefuseOverlaysOwnMarks() throws Exception {
        assertThat(layers.refused(new Tar().add(Tar.Header.of("null", '3'))))
                .isEqualTo("entry null: is the character device 0:0, overlay's own mark of what is deleted");
        for (String attribute : new String[] {"trusted.overlay.redirect", "trusted.x", "user.overlay.opaque"}) {
            assertThat(layers.refused(
                            new Tar().pax("SCHILY.xattr." + attribute, "/etc").add(Tar.directory("d"))))
                    .isEqualTo("entry d/: has the extended attribute " + attribute + ", which no layer may set");
        }
    }

    @Test
    void shouldRefuseFileAsDirectory() throws Exception {
        assertThat(layers.refused(new Tar().file("a", "x").file("a/b", "y")))
                .isEqualTo("entry a/b: its directory a is not a directory");
        assertThat(layers.refused(new Tar().add(Tar.Header.of("pipe", '6')).file("pipe/b", "y")))
                .isEqualTo("entry pipe/b: its directory pipe is not a directory");
    }

    @Test
    void shouldRefuseOtherDigest() throws Exception {
        byte[] archive = new Tar().file("a", "x").bytes();
        DiffId wrong = Tar.idOf(new byte[1]);

        assertThatThrownBy(() -> layers.store.put(wrong, new ByteArrayInputStream(archive)))
                .isInstanceOf(LayerRefusedException.class)
                .hasMessage("layer %s: the archive is %s, expected %s".formatted(wrong, Tar.idOf(archive), wrong));
        layers.assertNothingLeft(wrong);
    }

    @Test
    void shouldRefuseWhatEndsEarly() throws Exception {
        byte[] archive = new Tar().file("a", "x".repeat(5000)).bytes();
        for (int length : new int[] {100, 700, 5000, 5600}) {
            DiffId whole = Tar.idOf(archive);
            assertThatThrownBy(() -> layers.store.put(whole, new ByteArrayInputStream(Arrays.copyOf(archive, length))))
                    .isInstanceOf(IOException.class);
            layers.assertNothingLeft(whole);
        }
    }

    // -- bombs

    @Test
    void shouldRefuseMoreEntriesThanAllowed() throws Exception {
        Tar many = new Tar();
        for (int i = 0; i <= LayerFixture.LIMITS.entries(); i++) {
            many.file("f" + i, "");
        }
        assertThat(layers.refused(many)).contains("the layer has more than 2000 entries");
        Tar implied = new Tar();
        for (int i = 0; i < 60; i++) {
            implied.pax("path", ("d" + i + "/").repeat(50) + "f").file("x", "");
        }
        assertThat(layers.refused(implied)).contains("the layer has more than 2000 entries");
    }

    @Test
    void shouldRefuseMoreContentThanAllowed() throws Exception {
        assertThat(layers.refused(new Tar().add(Tar.file("a").size(1L << 60))))
                .isEqualTo("entry a: 1152921504606846976 bytes of content after 0 are above 67108864");
        // a map of holes that says eight EiB
        assertThat(layers.refused(new Tar()
                        .pax(
                                "GNU.sparse.major",
                                "1",
                                "GNU.sparse.minor",
                                "0",
                                "GNU.sparse.name",
                                "a",
                                "GNU.sparse.realsize",
                                "2147483647")
                        .file("GNUSparseFile.0/a", "1\n2147483647\n0\n" + "\0".repeat(496))))
                .contains("entry a: 2147483647 bytes of content after 0 are above 67108864");
    }

    @Test
    void shouldRefuseTreeThatIsTooDeep() throws Exception {
        assertThat(layers.refused(new Tar().pax("path", "d/".repeat(65) + "f").file("x", "")))
                .contains("a path of 66 directories is above 64");
        // no name is deep, and yet the tree is
        Tar byLinks = new Tar().add(Tar.symbolicLink("l0", "/"));
        for (int i = 0; i < 3; i++) {
            byLinks.add(Tar.directory("l" + i + "/" + "d/".repeat(40)))
                    .add(Tar.symbolicLink("l" + (i + 1), "l" + i + "/" + "d/".repeat(39) + "d"));
        }
        assertThat(layers.refused(byLinks)).startsWith("its tree: ").contains("is deeper than 64");
    }

    @Test
    void shouldRefuseNamesThatAreTooLong() throws Exception {
        assertThat(layers.refused(new Tar().pax("path", "d/".repeat(3000)).file("x", "")))
                .endsWith("a name of 6000 bytes is above 4095");
        assertThat(layers.refused(new Tar().pax("path", "d".repeat(256)).file("x", "")))
                .endsWith("a part of the name has 256 bytes, above 255");
        assertThat(layers.refused(new Tar().pax("linkpath", "d".repeat(4096)).add(Tar.symbolicLink("x", "y"))))
                .contains("entry x: is a link to a name of 4096 bytes");
    }

    @Test
    void shouldRefuseHeadersThatAreTooLarge() throws Exception {
        String tooMuch = "headers of one entry are above 262144 bytes";
        assertThat(layers.refused(new Tar().pax("comment", "x".repeat(300_000)).file("x", "")))
                .isEqualTo("first entry: " + tooMuch);
        assertThat(layers.refused(new Tar()
                        .add(Tar.Header.of("long", 'L'), "x".repeat(300_000))
                        .file("x", "")))
                .isEqualTo("first entry: " + tooMuch);
        // what they say of their size is not believed
        assertThat(layers.refused(
                        new Tar().add(Tar.Header.of("long", 'K').size(1L << 50)).raw(new byte[1 << 20])))
                .isEqualTo("first entry: " + tooMuch);
        // each announces another: the parser calls itself
        Tar nested = new Tar();
        for (int i = 0; i < 20_000; i++) {
            nested.add(Tar.Header.of("x", 'L'));
        }
        assertThat(layers.refused(nested)).isEqualTo("first entry: " + tooMuch);
        // a map with as many holes as there is input
        assertThat(layers.refused(new Tar()
                        .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "5")
                        .file("a", "9223372036854775807\n" + "0\n".repeat(500_000))))
                .isEqualTo("first entry: " + tooMuch);
    }

    @Test
    void shouldRefuseAttributesThatAreTooLarge() throws Exception {
        assertThat(layers.refused(
                        new Tar().pax("SCHILY.xattr.user.a", "x".repeat(65_536)).file("x", "")))
                .endsWith("extended attributes are above 65536 bytes");
    }

    @Test
    void shouldRefuseMuchAfterTheEnd() throws Exception {
        byte[] archive = new Tar().file("a", "x").bytes();
        assertThat(layers.refused(Arrays.copyOf(archive, archive.length + (2 << 20))))
                .isEqualTo("end of archive: more than 1048576 bytes follow the archive's end");
        assertThat(layers.put(Arrays.copyOf(archive, archive.length + (1 << 19)))
                        .entries())
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseGlobalHeadersThatMakeADifference() throws Exception {
        assertThat(layers.refused(new Tar().pax('g', "path", "b").file("a", "x")))
                .contains("a global pax header says path");
        assertThat(layers.put(new Tar().pax('g', "comment", "0123").file("a", "x"))
                        .entries())
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseIdsThatNobodyHas() throws Exception {
        assertThat(layers.refused(new Tar().add(Tar.file("a").owner(0xffffffffL, 0))))
                .contains("uid 4294967295 is not between 0 and 4294967294");
        assertThat(layers.refused(new Tar().add(Tar.file("a").owner(0, -1)))).contains("gid 4294967295 is not");
    }

    @Test
    void shouldLeaveNoDescriptorOpen() throws Exception {
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            layers.refused(new Tar()
                    .file("a/b/c/d", "x")
                    .file("a/b/c/" + "e/".repeat(20) + "f", "x")
                    .file("..", ""));
        }
        assertThat(descriptors()).isLessThan(before + 20);
    }

    private static long descriptors() throws Exception {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
