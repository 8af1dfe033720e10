package io.holdfast.agent.image.local;

import io.holdfast.agent.image.Decompression;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A tar, compressed or not, whose entries are found by passing over it. */
final class ArchiveFile {
    private final Path path;
    private final String called;

    /** @param called in messages */
    ArchiveFile(Path path, String called) {
        this.path = path;
        this.called = called;
    }

    /** Contents of those of the small entries that are there. */
    Map<String, byte[]> read(Set<String> names, int maxBytes) throws ImageException {
        Map<String, byte[]> found = new HashMap<>();
        pass((name, entry, tar) -> {
            if (names.contains(name) && regular(entry)) {
                found.put(name, LocalFiles.bytes(tar, name, maxBytes));
            }
            return found.size() < names.size();
        });
        return found;
    }

    /** Content of an entry that must be there. */
    byte[] bytes(String name, int maxBytes) throws ImageException {
        String target = follow(name);
        byte[] bytes = read(Set.of(target), maxBytes).get(target);
        if (bytes == null) {
            throw missing(name);
        }
        return bytes;
    }

    /** Bytes of the entries, where links point to. */
    Map<String, Long> sizes(Set<String> names) throws ImageException {
        Map<String, Long> files = new HashMap<>();
        Map<String, String> links = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        Set<String> wanted = new java.util.HashSet<>(names);
        for (int hop = 0; hop <= ImageLimits.MAX_LINK_HOPS; hop++) {
            pass((name, entry, tar) -> {
                if (wanted.contains(name)) {
                    if (regular(entry)) {
                        files.put(name, entry.getSize());
                    } else if (link(entry)) {
                        links.put(name, target(name, entry));
                    }
                }
                return true;
            });
            if (!wanted.addAll(links.values())) {
                break;
            }
        }
        for (String name : names) {
            String target = name;
            for (int hop = 0; hop < ImageLimits.MAX_LINK_HOPS && links.containsKey(target); hop++) {
                target = links.get(target);
            }
            Long size = files.get(target);
            if (size == null) {
                throw missing(name);
            }
            sizes.put(name, size);
        }
        return sizes;
    }

    /** The entry's bytes as they are stored; the stream closes the archive. */
    InputStream open(String name) throws ImageException {
        String target = follow(name);
        TarArchiveInputStream tar = null;
        try {
            tar = start();
            TarArchiveEntry entry;
            for (int i = 0; (entry = tar.getNextEntry()) != null; i++) {
                bounded(i);
                if (clean(entry.getName()).equals(target) && regular(entry)) {
                    return tar; // which ends where the entry does
                }
            }
            tar.close();
            throw missing(name);
        } catch (IOException | IllegalArgumentException e) {
            close(tar, e);
            throw failed(e);
        }
    }

    /** The name a chain of links ends at. Layers of old archives are links to each other. */
    private String follow(String name) throws ImageException {
        String[] at = {clean(name)};
        for (int hop = 0; hop <= ImageLimits.MAX_LINK_HOPS; hop++) {
            boolean[] file = {false};
            String[] next = {""};
            pass((entryName, entry, tar) -> {
                if (!entryName.equals(at[0])) {
                    return true;
                }
                file[0] = regular(entry);
                next[0] = link(entry) ? target(entryName, entry) : "";
                return false;
            });
            if (file[0]) {
                return at[0];
            }
            if (next[0].isEmpty()) {
                throw missing(name);
            }
            at[0] = next[0];
        }
        throw new ImageException(Kind.CORRUPT, "entry " + ImageException.shown(name) + " is a link without end");
    }

    private interface Visitor {
        /** @return whether to go on */
        boolean visit(String name, TarArchiveEntry entry, InputStream content) throws IOException;
    }

    private void pass(Visitor visitor) throws ImageException {
        try (TarArchiveInputStream tar = start()) {
            TarArchiveEntry entry;
            for (int i = 0; (entry = tar.getNextEntry()) != null; i++) {
                bounded(i);
                if (!visitor.visit(clean(entry.getName()), entry, tar)) {
                    return;
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw failed(e);
        }
    }

    private TarArchiveInputStream start() throws IOException {
        return new TarArchiveInputStream(Decompression.of(LocalFiles.open(path)));
    }

    /** The library calls links and devices files, too. */
    private static boolean regular(TarArchiveEntry entry) {
        return entry.isFile()
                && !link(entry)
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isFIFO();
    }

    private static boolean link(TarArchiveEntry entry) {
        return entry.isSymbolicLink() || entry.isLink();
    }

    /** Inside the archive: a symbolic link counts from its entry's directory, a hard link from the top. */
    private static String target(String name, TarArchiveEntry entry) throws ImageException {
        String link = entry.getLinkName();
        int slash = name.lastIndexOf('/');
        String from = entry.isSymbolicLink() && slash >= 0 ? name.substring(0, slash + 1) : "";
        Path inside = Path.of("/").resolve(from + link).normalize();
        if (link.startsWith("/") && entry.isSymbolicLink() || from.isEmpty() && link.startsWith("..")) {
            throw new ImageException(
                    Kind.CORRUPT, "entry " + ImageException.shown(name) + " is a link that leaves the archive");
        }
        return clean(inside.toString());
    }

    /** {@code ./a} and {@code a} are the same. */
    private static String clean(String name) {
        String clean = name;
        while (clean.startsWith("./") || clean.startsWith("/")) {
            clean = clean.substring(clean.startsWith("/") ? 1 : 2);
        }
        return clean;
    }

    private static void bounded(int entries) throws ImageException {
        if (entries >= ImageLimits.MAX_ARCHIVE_ENTRIES) {
            throw new ImageException(
                    Kind.UNSUPPORTED, "has more than " + ImageLimits.MAX_ARCHIVE_ENTRIES + " entries, the most");
        }
    }

    private static ImageException missing(String name) {
        return new ImageException(Kind.CORRUPT, "has no entry " + ImageException.shown(name) + ", though it names one");
    }

    /** The tar reader tells bad headers by either exception. */
    ImageException failed(Exception e) {
        return LocalFiles.failed(called, e instanceof IOException io ? io : new IOException(e.getMessage(), e));
    }

    private static void close(TarArchiveInputStream tar, Exception because) {
        if (tar != null) {
            try {
                tar.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }
}
