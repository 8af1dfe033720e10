package io.holdfast.keeper;

import io.holdfast.keeper.api.LayerClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Layers of a test's own making, as the tars that a keeper takes. */
public final class LayerTars {
    private LayerTars() {}

    /** @param tar its bytes */
    public record TestLayer(String diffId, byte[] tar) {
        boolean put(Path socket) throws IOException {
            return LayerClient.put(socket, diffId, () -> new ByteArrayInputStream(tar));
        }
    }

    /** Writes entries one after another. */
    public static final class Builder {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

        public Builder() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        public Builder directory(String name, int mode, int uid, int gid) {
            return add(entry(name + "/", TarConstants.LF_DIR, mode, uid, gid), new byte[0]);
        }

        public Builder file(String name, int mode, int uid, int gid, byte[] content) {
            return add(entry(name, TarConstants.LF_NORMAL, mode, uid, gid), content);
        }

        public Builder file(String name, String content) {
            return file(name, 0644, 0, 0, content.getBytes(StandardCharsets.UTF_8));
        }

        public Builder link(String name, String target) {
            TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK, 0777, 0, 0);
            entry.setLinkName(target);
            return add(entry, new byte[0]);
        }

        private static TarArchiveEntry entry(String name, byte type, int mode, int uid, int gid) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type);
            entry.setMode(mode);
            entry.setIds(uid, gid);
            entry.setModTime(1_700_000_000_000L);
            return entry;
        }

        private Builder add(TarArchiveEntry entry, byte[] content) {
            try {
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public TestLayer build() {
            try {
                tar.close();
                byte[] whole = bytes.toByteArray();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole);
                return new TestLayer("sha256:" + HexFormat.of().formatHex(digest), whole);
            } catch (IOException | NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A whole tree, owned by root. */
    public static TestLayer of(Path tree) throws IOException {
        Builder builder = new Builder();
        List<Path> all;
        try (Stream<Path> paths = Files.walk(tree)) {
            all = paths.filter(path -> !path.equals(tree)).sorted().toList();
        }
        for (Path path : all) {
            String name = tree.relativize(path).toString();
            if (Files.isSymbolicLink(path)) {
                builder.link(name, Files.readSymbolicLink(path).toString());
            } else if (Files.isDirectory(path)) {
                builder.directory(name, 0755, 0, 0);
            } else {
                builder.file(name, Files.isExecutable(path) ? 0755 : 0644, 0, 0, Files.readAllBytes(path));
            }
        }
        return builder.build();
    }
}
