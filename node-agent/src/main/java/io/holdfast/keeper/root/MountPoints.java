package io.holdfast.keeper.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A layer beneath images that lack a directory for /proc, /sys or /dev: made once, where each container would else write the three
 * into its own layer. What an image has in their place is above it and counts.
 *
 * @param directory the layer; never changes
 */
public record MountPoints(Path directory) {
    private static final List<String> NAMES = List.of("proc", "sys", "dev");

    /** Makes the layer, or finds it. */
    public static MountPoints open(Path stateDirectory) throws IOException {
        Path directory = stateDirectory.resolve("mount-points");
        var everybody = PosixFilePermissions.fromString("rwxr-xr-x");
        for (String name : NAMES) {
            Path made = Files.createDirectories(directory.resolve(name));
            Files.setPosixFilePermissions(made, everybody);
        }
        Files.setPosixFilePermissions(directory, everybody);
        return new MountPoints(directory);
    }

    /** @param layers the topmost first: the first that has something under a name has the word on it */
    boolean areLackedBy(List<Path> layers) {
        return !NAMES.stream()
                .allMatch(name -> layers.stream()
                        .map(layer -> layer.resolve(name))
                        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                        .findFirst()
                        .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                        .isPresent());
    }
}
