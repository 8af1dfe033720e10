package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Launcher.MeantDirectory;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which directories of an image are not meant as its layers show them. A layer that has files in a directory and no entry for it says
 * nothing of its owner and mode; unpacked over the lower layers it would have left them as they are there. On overlay the layer's own
 * counts, so the container's own layer has to say it again.
 */
public final class ImpliedDirectories {
    private final List<Path> trees = new ArrayList<>();
    private final List<Set<String>> implied = new ArrayList<>();
    private final Syscalls syscalls;

    /** @param layers of the store, the topmost first */
    public ImpliedDirectories(LayerStore store, List<DiffId> layers, Syscalls syscalls) {
        this.syscalls = syscalls;
        for (DiffId id : layers) {
            trees.add(store.tree(id));
            implied.add(
                    store.find(id).map(layer -> new HashSet<>(layer.implied())).orElseGet(HashSet::new));
        }
    }

    /**
     * Those that are to be made anew, each after the one that it lies in. Names with anything but printable ASCII are left as they are.
     *
     * @throws IOException where a layer cannot be read
     */
    public List<MeantDirectory> meant() throws IOException {
        Map<String, Path> meant = new LinkedHashMap<>();
        for (int i = 0; i < trees.size(); i++) {
            for (String path : implied.get(i).stream().sorted().toList()) {
                if (path.indexOf('%') < 0) {
                    Optional<Path> like = like(path);
                    if (like.isPresent()) {
                        addWithParents(path, like.get(), meant);
                    }
                }
            }
        }
        return meant.entrySet().stream()
                .map(entry -> new MeantDirectory(entry.getKey(), entry.getValue()))
                .toList();
    }

    private void addWithParents(String path, Path like, Map<String, Path> meant) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!meant.containsKey(parent)) {
                meant.put(parent, like(parent).orElse(topmost(parent)));
            }
        }
        meant.putIfAbsent(path, like);
    }

    /** Where it lies as it is meant, unless that is what is seen. */
    private Optional<Path> like(String path) throws IOException {
        boolean onlyImplied = false;
        for (int i = 0; i < trees.size(); i++) {
            Path there = trees.get(i).resolve(path);
            Found found = look(trees.get(i), path);
            if (found == Found.OTHER) {
                break; // it begins anew above what is no directory
            }
            if (found == Found.DIRECTORY) {
                if (!implied.get(i).contains(path)) {
                    return onlyImplied ? Optional.of(there) : Optional.empty();
                }
                onlyImplied = true;
                if (TreeCalls.isOpaque(there, syscalls)) {
                    break;
                }
            }
        }
        return Optional.empty();
    }

    private Path topmost(String path) throws IOException {
        for (Path tree : trees) {
            if (look(tree, path) == Found.DIRECTORY) {
                return tree.resolve(path);
            }
        }
        throw new IOException("directory " + path + " is in no layer");
    }

    private enum Found {
        NOTHING,
        DIRECTORY,
        OTHER
    }

    /** Name by name: no link of a layer is followed. */
    private static Found look(Path tree, String path) throws IOException {
        Path at = tree;
        for (String name : path.split("/")) {
            at = at.resolve(name);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                return Found.NOTHING;
            }
            PosixFileAttributes attributes =
                    Files.readAttributes(at, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isDirectory()) {
                return Found.OTHER;
            }
        }
        return Found.DIRECTORY;
    }
}
