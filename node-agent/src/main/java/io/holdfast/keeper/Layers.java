package io.holdfast.keeper;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.exec.PendingStream;
import io.holdfast.keeper.layer.Damage;
import io.holdfast.keeper.layer.DiffId;
import io.holdfast.keeper.layer.ImpliedDirectories;
import io.holdfast.keeper.layer.LayerStore;
import io.holdfast.keeper.linux.Launcher.MeantDirectory;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.root.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verbs {@code put-layer}, {@code list-layers} and {@code remove-layers}, and what containers need of the store. A container that is
 * registered keeps its layers, until it is removed. Thread-safe.
 */
final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    private final LayerStore store;
    private final Registry registry;
    private final Syscalls syscalls;
    private final ExecutorService work;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean settling = new AtomicBoolean();
    private final Semaphore receiving = new Semaphore(Limits.MAX_LAYERS_RECEIVED);
    /** Containers are registered side by side; a removal is alone. */
    private final ReadWriteLock keeping = new ReentrantReadWriteLock();

    /** Of roots that were started last; layers never change. */
    private final Map<String, List<MeantDirectory>> meant =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, List<MeantDirectory>> eldest) {
                    return size() > Limits.MAX_ROOTS_REMEMBERED;
                }
            });

    Layers(
            LayerStore store,
            Registry registry,
            Syscalls syscalls,
            ExecutorService work,
            ScheduledExecutorService timer) {
        this.syscalls = syscalls;
        this.store = store;
        this.registry = registry;
        this.work = work;
        this.timer = timer;
    }

    /** Looks behind the layers of an earlier life, once containers are adopted: a damaged one goes, to be brought anew. */
    void begin() {
        work.execute(() -> {
            try {
                for (Damage damage : store.check(false, inUse()::contains)) {
                    LOG.warn("layer {} is damaged: {}", damage.id().text(), damage.what());
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("the layers could not be checked: {}", e.getMessage());
            }
        });
        settle();
    }

    /** Layers that have just come are made to outlive a power failure when the disk has had time to write most of them anyway. */
    private void settle() {
        if (!settling.compareAndSet(false, true)) {
            return;
        }
        timer.schedule(
                () -> work.execute(() -> {
                    settling.set(false);
                    try {
                        store.settle();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("layers are not settled on the disk yet: {}", e.getMessage());
                    }
                }),
                Limits.SETTLE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    static boolean areNamed(String rootfs) {
        return rootfs.startsWith(Image.LAYERS);
    }

    /** The root to use, its layers at hand. */
    String checkedRoot(String rootfs) throws RefusedException {
        List<DiffId> ids = new ArrayList<>();
        for (String text : rootfs.substring(Image.LAYERS.length()).split(",", Limits.MAX_ROOT_LAYERS + 1)) {
            ids.add(id(text));
        }
        if (ids.size() > Limits.MAX_ROOT_LAYERS) {
            throw RefusedException.badRequest("rootfs has more than %d layers, the most", Limits.MAX_ROOT_LAYERS);
        }
        // overlay refuses one layer twice; the second time it adds nothing that the first does not hide or show
        return Image.LAYERS
                + String.join(",", once(ids).stream().map(DiffId::text).toList());
    }

    /** Of a layer that stands twice the upper one counts. */
    private static List<DiffId> once(List<DiffId> ids) {
        List<DiffId> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        List<DiffId> once = new ArrayList<>(new LinkedHashSet<>(reversed));
        Collections.reverse(once);
        return once;
    }

    private static DiffId id(String text) throws RefusedException {
        try {
            return new DiffId(text);
        } catch (IllegalArgumentException e) {
            throw RefusedException.badRequest("%s", e.getMessage());
        }
    }

    /** From now on the container's layers stay. */
    void register(Container container) throws RefusedException {
        keeping.readLock().lock();
        try {
            for (DiffId id : layersOf(container)) {
                if (!store.has(id)) {
                    throw RefusedException.notFound("layer %s is not in the store: put it first", id.text());
                }
            }
            registry.add(container);
        } finally {
            keeping.readLock().unlock();
        }
    }

    private static List<DiffId> layersOf(Container container) {
        return layersOf(container.record.rootfs());
    }

    private static List<DiffId> layersOf(String rootfs) {
        if (!areNamed(rootfs)) {
            return List.of();
        }
        return List.of(rootfs.substring(Image.LAYERS.length()).split(",")).stream()
                .map(DiffId::new)
                .toList();
    }

    /** What of a root is not meant as its layers show it: seldom anything. */
    List<MeantDirectory> meant(String rootfs) throws IOException {
        List<DiffId> ids = layersOf(rootfs);
        if (ids.stream()
                .allMatch(id ->
                        store.find(id).map(layer -> layer.implied().isEmpty()).orElse(true))) {
            return List.of();
        }
        List<MeantDirectory> known = meant.get(rootfs);
        if (known == null) {
            List<DiffId> topmostFirst = new ArrayList<>(ids);
            Collections.reverse(topmostFirst);
            known = new ImpliedDirectories(store, topmostFirst, syscalls).meant();
            meant.put(rootfs, known);
        }
        return known;
    }

    private Set<DiffId> inUse() {
        Set<DiffId> used = new HashSet<>();
        registry.containersBySandbox()
                .values()
                .forEach(some -> some.forEach(container -> used.addAll(layersOf(container))));
        return used;
    }

    Reply.Layers list() throws IOException {
        Set<DiffId> used = inUse();
        LayerStore.Space space = store.space();
        return new Reply.Layers(
                store.list().stream()
                        .map(layer -> new Reply.LayerStatus(
                                layer.id().text(), layer.bytes(), layer.entries(), used.contains(layer.id())))
                        .toList(),
                space.freeBytes(),
                space.totalBytes());
    }

    Reply.LayersRemoved remove(Request.RemoveLayers request) throws RefusedException, IOException {
        List<String> removed = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (String text : request.diffIds()) {
            DiffId id = id(text);
            keeping.writeLock().lock();
            try {
                if (inUse().contains(id)) {
                    kept.add(text);
                } else if (store.remove(id)) {
                    removed.add(text);
                }
            } finally {
                keeping.writeLock().unlock();
            }
        }
        return new Reply.LayersRemoved(removed, kept);
    }

    PendingStream put(Request.PutLayer request) throws RefusedException {
        DiffId id = id(String.valueOf(request.diffId()));
        if (store.has(id)) {
            return LayerReceiver.there();
        }
        if (!receiving.tryAcquire()) {
            throw RefusedException.busy("%d layers are being received, the most at once", Limits.MAX_LAYERS_RECEIVED);
        }
        return LayerReceiver.of(store, id, () -> {
            receiving.release();
            settle();
        });
    }
}
