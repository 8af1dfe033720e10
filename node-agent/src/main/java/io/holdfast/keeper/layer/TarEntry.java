package io.holdfast.keeper.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One entry of an archive, as it says of itself; nothing of it is checked but the range of numbers.
 *
 * @param name, linkTarget bytes, one to a char
 * @param mode without the type
 * @param size of the content, holes counted
 * @param major, minor of a device, else 0
 * @param data where a file with holes has data; empty for one without, see {@code sparse}
 */
record TarEntry(
        String name,
        Kind kind,
        String linkTarget,
        int mode,
        long uid,
        long gid,
        long seconds,
        int nanos,
        long size,
        boolean sparse,
        List<Extent> data,
        int major,
        int minor,
        Map<String, byte[]> attributes) {

    enum Kind {
        FILE,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    /** A stretch of data between holes. */
    record Extent(long offset, long length) {}

    private static final int MODE_BITS = 07777;

    /** The last is (uid_t) -1, which chown(2) takes for "leave it". */
    private static final long LAST_ID = 0xfffffffeL;

    /** new_encode_dev, include/linux/kdev_t.h. */
    private static final int LAST_MAJOR = (1 << 12) - 1;

    private static final int LAST_MINOR = (1 << 20) - 1;

    static TarEntry of(TarArchiveEntry entry, Map<String, String> pax, Map<String, byte[]> attributes)
            throws IOException {
        String name = pax.getOrDefault("GNU.sparse.name", pax.getOrDefault("path", entry.getName()));
        Kind kind = kind(entry.getLinkFlag(), name);
        boolean isDevice = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        Instant modified = entry.getLastModifiedTime().toInstant();
        return new TarEntry(
                name,
                kind,
                pax.getOrDefault("linkpath", entry.getLinkName()),
                entry.getMode() & MODE_BITS,
                checked("uid", unsigned(entry.getLongUserId()), LAST_ID),
                checked("gid", unsigned(entry.getLongGroupId()), LAST_ID),
                modified.getEpochSecond(),
                modified.getNano(),
                checked("size", entry.getRealSize(), Long.MAX_VALUE),
                entry.isSparse(),
                extents(entry),
                isDevice ? (int) checked("device major", entry.getDevMajor(), LAST_MAJOR) : 0,
                isDevice ? (int) checked("device minor", entry.getDevMinor(), LAST_MINOR) : 0,
                attributes);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Kind kind(byte flag, String name) throws Refusal {
        return switch (flag) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
                // before ustar a directory was a file whose name ends so
                name.endsWith("/") ? Kind.DIRECTORY : Kind.FILE;
            case TarConstants.LF_GNUTYPE_SPARSE -> Kind.FILE;
            case TarConstants.LF_LINK -> Kind.HARD_LINK;
            case TarConstants.LF_SYMLINK -> Kind.SYMBOLIC_LINK;
            case TarConstants.LF_CHR -> Kind.CHARACTER_DEVICE;
            case TarConstants.LF_BLK -> Kind.BLOCK_DEVICE;
            case TarConstants.LF_DIR -> Kind.DIRECTORY;
            case TarConstants.LF_FIFO -> Kind.FIFO;
            default -> throw new Refusal("is of type %s, which no layer has".formatted(printable(flag)));
        };
    }

    private static String printable(byte flag) {
        return Names.printable(String.valueOf((char) (flag & 0xff)));
    }

    /** The library keeps what a header says in 32 bits. */
    private static long unsigned(long id) {
        return id < 0 ? id & 0xffffffffL : id;
    }

    private static long checked(String what, long value, long last) throws Refusal {
        if (value < 0 || value > last) {
            throw new Refusal("%s %d is not between 0 and %d".formatted(what, value, last));
        }
        return value;
    }

    private static List<Extent> extents(TarArchiveEntry entry) throws IOException {
        if (!entry.isSparse()) {
            return List.of();
        }
        return entry.getOrderedSparseHeaders().stream()
                .filter(part -> part.getNumbytes() > 0)
                .map((TarArchiveStructSparse part) -> new Extent(part.getOffset(), part.getNumbytes()))
                .toList();
    }
}
