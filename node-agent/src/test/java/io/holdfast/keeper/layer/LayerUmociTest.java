package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import io.holdfast.keeper.linux.DirectoryReader;
import io.holdfast.keeper.linux.Uapi;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same image by us and by umoci: every mode, owner, link count, target, attribute, time and byte of an overlay of our layers is that
 * of its root file system.
 */
@Tag("root")
@Tag("host-tools")
class LayerUmociTest {
    private static final String TREE = """
            set -e
            umask 022
            mkdir -p etc usr/bin usr/share/deep/er dev var/lib/gone var/lib/emptied var/lib/kept tmp home/user
            cp /bin/busybox usr/bin/busybox; chmod 4755 usr/bin/busybox
            ln usr/bin/busybox usr/bin/sh; ln -s busybox usr/bin/ls; ln -s /etc/passwd absolute; ln -s usr/bin bin
            cp /bin/true usr/bin/capable; chown 7:8 usr/bin/capable; setcap cap_net_bind_service+ep usr/bin/capable
            echo root:x:0:0::/:/bin/sh > etc/passwd; echo secret > etc/shadow; chmod 0640 etc/shadow; chown 0:42 etc/shadow
            mknod dev/null c 1 3; chmod 666 dev/null; mknod dev/disk b 259 70000; mkfifo -m 620 dev/pipe
            chmod 1777 tmp; chmod 2750 var/lib/kept; chown 1000:2000 home/user; echo x > home/user/file
            chown -h 1000:2000 usr/bin/ls; chown 1000:70000 home/user/file
            for i in 1 2 3; do echo $i > var/lib/gone/$i; echo $i > var/lib/emptied/$i; echo $i > var/lib/kept/$i; done
            truncate -s 3M usr/share/sparse; printf middle | dd of=usr/share/sparse bs=1 seek=1000000 conv=notrunc 2>/dev/null
            long=$(printf 'n%.0s' $(seq 200)); echo long > usr/share/$long; mkdir usr/share/$long-d; ln -s $long usr/share/to-long
            printf bytes > "usr/share/$(printf 'no-utf8-\\377\\376')"; echo umlaut > usr/share/ä
            touch -h -d '1999-12-31 23:59:59.123456789' usr/bin/ls; touch -d '1970-01-01 00:00:01 UTC' etc/passwd
            touch -d '2033-05-18 03:33:20.5 UTC' usr/share/deep/er
            touch -d '2001-02-03 04:05:06' usr/share/deep
            """;

    @TempDir
    Path temporary;

    private LayerFixture layers;

    @BeforeEach
    void open() throws Exception {
        Root.required();
        for (String tool : List.of("umoci", "setcap", "tar", "busybox")) {
            boolean there = new ProcessBuilder("sh", "-c", "command -v " + tool)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
            Assumptions.assumeTrue(there, "needs " + tool);
        }
        layers = new LayerFixture(temporary);
    }

    @Test
    void shouldBeWhatUmociUnpacks() throws Exception {
        Path tree = Files.createDirectory(temporary.resolve("tree"));
        shell(tree, TREE);
        // holes and long names are written otherwise in each format
        shell(tree, "tar --format=pax --xattrs --xattrs-include='*' --sparse -cf ../1.tar .");
        shell(tree, "tar --format=gnu -cf ../2.tar usr/share");
        Files.write(
                temporary.resolve("3.tar"),
                new Tar()
                        .add(Tar.directory("./").seconds(1_600_000_000L))
                        .add(Tar.directory("var/").seconds(1_600_000_001L))
                        .add(Tar.directory("var/lib/").seconds(1_600_000_002L))
                        .file("var/lib/.wh.gone", "")
                        .add(Tar.directory("var/lib/emptied/").mode(0711))
                        .file("var/lib/emptied/.wh..wh..opq", "")
                        .file("var/lib/emptied/new", "x")
                        .add(Tar.directory("var/lib/kept/").owner(3, 4))
                        .file("var/lib/kept/.wh.1", "")
                        .add(Tar.file("var/lib/kept/2").mode(0600), "changed")
                        .add(Tar.hardLink("var/lib/kept/2-again", "var/lib/kept/2"))
                        .add(Tar.directory("etc/"))
                        .add(Tar.symbolicLink("etc/shadow", "passwd"))
                        .bytes());
        List<String> names = List.of("1.tar", "2.tar", "3.tar");
        shell(temporary, "umoci init --layout oci && umoci new --image oci:x");
        List<Path> trees = new ArrayList<>();
        for (String name : names) {
            shell(temporary, "umoci raw add-layer --image oci:x " + name);
            Path archive = temporary.resolve(name);
            DiffId id = Tar.idOf(Files.readAllBytes(archive));
            try (InputStream in = Files.newInputStream(archive)) {
                layers.store.put(id, in);
            }
            trees.add(0, layers.store.tree(id));
        }
        shell(temporary, "umoci unpack --image oci:x bundle");

        Path merged = Files.createDirectory(temporary.resolve("merged"));
        String lower = trees.stream().map(Path::toString).collect(Collectors.joining(":"));
        LayerStoreTest.run("mount", "-t", "overlay", "overlay", "-o", "ro,lowerdir=" + lower, merged.toString());
        try {
            Map<String, String> ours = described(merged);
            Map<String, String> theirs = described(temporary.resolve("bundle/rootfs"));
            // the second archive has no entry for it
            assertThat(ours.remove("usr")).isNotNull();
            theirs.remove("usr");
            assertThat(ours).hasSizeGreaterThan(30).containsExactlyEntriesOf(theirs);
        } finally {
            LayerStoreTest.run("umount", merged.toString());
        }
        assertThat(layers.store.check(true, any -> true)).isEmpty();
    }

    /** umoci has no part in it: it takes one of these forms only. */
    @Test
    void shouldUnpackHolesInEveryForm() throws Exception {
        Path tree = Files.createDirectory(temporary.resolve("tree"));
        shell(
                tree,
                "truncate -s 3M f; for i in 1 2 3 4 5 6; do"
                        + " printf part$i | dd of=f bs=1 seek=$((i * 400000)) conv=notrunc 2>/dev/null; done; truncate -s 1M hole");
        byte[] content = Files.readAllBytes(tree.resolve("f"));
        for (String form :
                List.of("gnu", "pax --sparse-version=0.0", "pax --sparse-version=0.1", "pax --sparse-version=1.0")) {
            shell(tree, "tar --sparse --format=" + form + " -cf ../sparse.tar .");
            Layer layer = layers.put(Files.readAllBytes(temporary.resolve("sparse.tar")));
            assertThat(layers.tree(layer).resolve("f")).as(form).hasBinaryContent(content);
            assertThat(layers.tree(layer).resolve("hole")).as(form).hasBinaryContent(new byte[1 << 20]);
            assertThat(layers.store.check(true, any -> true)).isEmpty();
        }
    }

    private Map<String, String> described(Path top) throws Exception {
        Map<String, String> found = new TreeMap<>();
        int parent = layers.calls.openTop(top.toString());
        try {
            describe(found, parent, ".", ".");
        } finally {
            layers.calls.close(parent);
        }
        return found;
    }

    private void describe(Map<String, String> found, int parent, String name, String path) throws Exception {
        var status = layers.calls.status(parent, name);
        StringBuilder text = new StringBuilder();
        boolean isDirectory = status.type() == Uapi.S_IFDIR;
        text.append("mode %o owner %d:%d time %d.%09d device %d:%d"
                .formatted(
                        status.mode(),
                        status.uid(),
                        status.gid(),
                        status.seconds(),
                        status.nanos(),
                        status.major(),
                        status.minor()));
        for (String attribute : layers.calls.attributes(parent, name)) {
            if (!attribute.startsWith("trusted.overlay.")) {
                byte[] value = layers.calls.attribute(parent, name, attribute);
                text.append(' ')
                        .append(attribute)
                        .append('=')
                        .append(HexFormat.of().formatHex(value));
            }
        }
        if (!isDirectory) {
            text.append(" links ").append(status.links()).append(" size ").append(status.size());
        }
        if (status.type() == Uapi.S_IFLNK) {
            text.append(" to ").append(layers.calls.readLink(parent, name));
        }
        if (status.type() == Uapi.S_IFREG) {
            text.append(" content ").append(checksum(parent, name));
        }
        found.put(path, text.toString());
        if (isDirectory) {
            int directory = layers.calls.openToList(parent, name);
            try {
                DirectoryReader names = new DirectoryReader(directory, layers.syscalls);
                for (String below = names.next(); !below.isEmpty(); below = names.next()) {
                    describe(found, directory, below, path.equals(".") ? below : path + "/" + below);
                }
            } finally {
                layers.calls.close(directory);
            }
        }
    }

    private String checksum(int parent, String name) throws Exception {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        int fd = layers.calls.openToRead(parent, name);
        try {
            for (int length = layers.calls.read(fd, buffer); length > 0; length = layers.calls.read(fd, buffer)) {
                crc.update(buffer, 0, length);
            }
        } finally {
            layers.calls.close(fd);
        }
        return Long.toHexString(crc.getValue());
    }

    private static void shell(Path directory, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process =
                builder.directory(directory.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", script, said).isZero();
    }
}
