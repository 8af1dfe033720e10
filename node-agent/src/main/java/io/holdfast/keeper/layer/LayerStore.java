package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unpacked layers of a node.
 *
 * <pre>
 * DIRECTORY/sha256/HEX/{fs/, layer.json, tree.list, durable}
 * DIRECTORY/incoming/N/                  half made, or on its way out
 * </pre>
 *
 * <p>A layer comes and goes by one rename, so a killed keeper leaves all of it or nothing. A power failure is another matter: until {@link
 * #settle} has synced the file system, files of a layer that was renamed into place may be empty. Syncing while it is unpacked would cost
 * more than all the rest, so instead each layer says in which boot it was unpacked, and one that was not settled before the machine went
 * down is dropped when the store is opened, to be fetched anew.
 *
 * <p>Thread-safe. Only one store may have a directory open.
 */
public final class LayerStore {
    private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);
    private static final String LAYERS = "sha256";
    private static final String DURABLE = "durable";

    private final Path layers;
    private final Path incoming;
    private final String bootId;
    private final Syscalls syscalls;
    private final LayerLimits limits;
    private final Map<DiffId, Stored> stored = new ConcurrentHashMap<>();
    private final AtomicLong order = new AtomicLong();

    /** Held while names below {@code sha256/} change. */
    private final Object naming = new Object();

    /** Compared by identity: a layer that was removed and put again is another. */
    private static final class Stored {
        final Layer layer;
        volatile boolean durable;

        Stored(Layer layer, boolean durable) {
            this.layer = layer;
            this.durable = durable;
        }
    }

    private LayerStore(Path directory, String bootId, Syscalls syscalls, LayerLimits limits) {
        layers = directory.resolve(LAYERS);
        incoming = directory.resolve("incoming");
        this.bootId = bootId;
        this.syscalls = syscalls;
        this.limits = limits;
    }

    /**
     * Opens a store, made where it is not there; removes what is half made, and what a power failure may have torn.
     *
     * @throws IOException for a layer in a format that this keeper does not know
     */
    public static LayerStore open(Path directory, String bootId, Syscalls syscalls, LayerLimits limits)
            throws IOException {
        Files.createDirectories(directory);
        // set-uid programs and devices lie below: nobody but root comes this far
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        LayerStore store = new LayerStore(directory.toAbsolutePath(), bootId, syscalls, limits);
        TreeRemover.remove(store.incoming, syscalls);
        Files.createDirectory(store.incoming);
        // else ext4 looks for free inodes where those of a removed layer were, which it does not give again soon
        syscalls.spreadSubdirectories(store.incoming.toString());
        Files.createDirectories(store.layers);
        store.load();
        return store;
    }

    private void load() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layers)) {
            entries.forEach(found::add);
        }
        for (Path directory : found) {
            Optional<LayerRecord> record = LayerRecord.read(directory);
            boolean durable = Files.exists(directory.resolve(DURABLE));
            if (record.isPresent()
                    && record.get()
                            .diffId()
                            .hex()
                            .equals(directory.getFileName().toString())
                    && (durable || record.get().bootId().equals(bootId))) {
                stored.put(record.get().diffId(), new Stored(record.get().layer(), durable));
            } else {
                LOG.warn(
                        "layer {} was not on the disk when the machine went down, and is dropped",
                        directory.getFileName());
                discard(directory);
            }
        }
    }

    /** Where a keeper's store is. */
    public static Path below(Path stateDirectory) {
        return stateDirectory.resolve("layers");
    }

    /** As {@link #tree(DiffId)}, of the store in a directory that another part has opened. */
    public static Path tree(Path directory, DiffId id) {
        return directory.resolve(LAYERS).resolve(id.hex()).resolve(WorkTree.TREE);
    }

    /** @param freeBytes for what is put */
    public record Space(long freeBytes, long totalBytes) {}

    /** Of the file system that the layers lie on. */
    public Space space() throws IOException {
        FileStore disk = Files.getFileStore(layers);
        return new Space(disk.getUsableSpace(), disk.getTotalSpace());
    }

    public boolean has(DiffId id) {
        return stored.containsKey(id);
    }

    public Optional<Layer> find(DiffId id) {
        return Optional.ofNullable(stored.get(id)).map(found -> found.layer);
    }

    /** In the order of their names. */
    public List<Layer> list() {
        return stored.values().stream()
                .map(found -> found.layer)
                .sorted(Comparator.comparing(layer -> layer.id().text()))
                .toList();
    }

    /** What becomes a lower layer of overlay mounts; nobody may write in it. */
    public Path tree(DiffId id) {
        return directory(id).resolve(WorkTree.TREE);
    }

    private Path directory(DiffId id) {
        return layers.resolve(id.hex());
    }

    /**
     * Unpacks and verifies a layer; one that is there already is given back, its archive unread. Blocks as long as the archive takes.
     * When the same layer is put twice at once, both are unpacked and one is kept.
     *
     * @param archive the plain tar, read to its end and not closed
     * @throws LayerRefusedException where the archive is at fault; nothing of it stays
     * @throws IOException where this host is, as without space on its disk; nothing of it stays
     */
    public Layer put(DiffId id, InputStream archive) throws IOException {
        Stored there = stored.get(id);
        if (there != null) {
            return there.layer;
        }
        Path work = Files.createDirectory(incoming.resolve(freshName()));
        try {
            Layer layer = new Unpacker(id, limits, syscalls).unpack(work, archive);
            LayerRecord.of(layer, bootId).write(work);
            synchronized (naming) {
                Stored winner = stored.get(id);
                if (winner != null) {
                    return winner.layer;
                }
                Files.move(work, directory(id), StandardCopyOption.ATOMIC_MOVE);
                stored.put(id, new Stored(layer, false));
            }
            return layer;
        } finally {
            TreeRemover.remove(work, syscalls);
        }
    }

    /** Makes all layers that are there durable, by one sync of the file system. Blocks for as long as its disk takes. */
    public void settle() throws IOException {
        List<Stored> fresh =
                stored.values().stream().filter(found -> !found.durable).toList();
        if (fresh.isEmpty()) {
            return;
        }
        int fd = syscalls.open(layers.toString(), Syscalls.O_RDONLY, 0);
        try {
            new TreeCalls(syscalls).syncFileSystem(fd);
        } finally {
            syscalls.close(fd);
        }
        for (Stored found : fresh) {
            synchronized (naming) {
                if (stored.get(found.layer.id()) == found) {
                    mark(directory(found.layer.id()).resolve(DURABLE));
                    found.durable = true;
                }
            }
        }
    }

    private static void mark(Path marker) throws IOException {
        try {
            Files.createFile(marker);
        } catch (FileAlreadyExistsException e) {
            // another call was faster
        }
    }

    /**
     * Removes a layer, whoever uses it: that is for the caller to know.
     *
     * @return whether it was there
     */
    public boolean remove(DiffId id) throws IOException {
        Path away = incoming.resolve(freshName());
        synchronized (naming) {
            if (stored.remove(id) == null) {
                return false;
            }
            Files.move(directory(id), away, StandardCopyOption.ATOMIC_MOVE);
        }
        TreeRemover.remove(away, syscalls);
        return true;
    }

    /** Another one for each keeper, too: ext4 chooses by the name where on the disk the directory and all in it go. */
    private String freshName() {
        return ProcessHandle.current().pid() + "-" + order.incrementAndGet();
    }

    private void discard(Path directory) throws IOException {
        Path away = incoming.resolve(freshName());
        Files.move(directory, away, StandardCopyOption.ATOMIC_MOVE);
        TreeRemover.remove(away, syscalls);
    }

    /**
     * Compares every layer with what was written down when it was unpacked.
     *
     * @param deep whether content is read as well; else only what a directory says of it
     * @param inUse layers that stay even when they are damaged, since something runs on them
     * @return the damaged ones; those not in use are removed
     */
    public List<Damage> check(boolean deep, Predicate<DiffId> inUse) throws IOException {
        List<Damage> damaged = new ArrayList<>();
        for (Layer layer : list()) {
            String difference = difference(layer.id(), deep);
            if (difference.isEmpty() || !has(layer.id())) {
                continue;
            }
            damaged.add(new Damage(layer.id(), difference));
            if (!inUse.test(layer.id())) {
                remove(layer.id());
            }
        }
        return damaged;
    }

    private String difference(DiffId id, boolean deep) throws IOException {
        try {
            return new LayerCheck(syscalls, deep).difference(directory(id));
        } catch (NoSuchFileException e) {
            return "its list is missing";
        } catch (ErrnoException e) {
            if (has(id)) {
                throw e;
            }
            return "";
        }
    }
}
