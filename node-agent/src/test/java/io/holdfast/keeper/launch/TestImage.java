package io.holdfast.keeper.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A small root file system: a shell, a few tools and the libraries they name. */
public final class TestImage {
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+\\.so[^ ]*) \\(0x");

    private TestImage() {}

    public static Path make(Path directory) throws IOException, InterruptedException {
        Path image = Files.createTempDirectory(directory, "image");
        Files.setPosixFilePermissions(image, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(image.resolve("etc"));
        Files.writeString(image.resolve("etc/secret"), "of the image\n");
        for (String tool : List.of("/bin/sh", "/bin/ls", "/bin/cat")) {
            copy(Path.of(tool), image);
            Process ldd = new ProcessBuilder("ldd", tool).start();
            Matcher libraries = LIBRARY.matcher(new String(ldd.getInputStream().readAllBytes()));
            ldd.waitFor();
            while (libraries.find()) {
                copy(Path.of(libraries.group(1)), image);
            }
        }
        return image;
    }

    private static void copy(Path file, Path image) throws IOException {
        Path target = image.resolve("." + file).normalize();
        Files.createDirectories(target.getParent());
        Files.copy(file.toRealPath(), target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }
}
