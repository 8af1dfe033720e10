package io.holdfast.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An OCI image layout made by hand: the host's shell and sleep with their libraries, in one layer. */
final class ImageLayout {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+\\.so[^ ]*) \\(0x");
    private static final String TYPE = "application/vnd.oci.image.";

    private ImageLayout() {}

    /** @param script what its shell runs when a task says nothing else */
    static void write(Path layout, String script) throws Exception {
        Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        byte[] tar = layer(layout.resolveSibling(layout.getFileName() + "-root"));

        ObjectNode config = JSON.createObjectNode().put("os", "linux").put("architecture", "amd64");
        config.putObject("config")
                .put("StopSignal", "SIGKILL")
                .putArray("Entrypoint")
                .add("/bin/sh")
                .add("-c")
                .add(script);
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add("sha256:" + sha256(tar));
        ObjectNode manifest =
                JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", TYPE + "manifest.v1+json");
        manifest.set("config", blob(layout, TYPE + "config.v1+json", JSON.writeValueAsBytes(config)));
        manifest.putArray("layers").add(blob(layout, TYPE + "layer.v1.tar", tar));
        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
        index.putArray("manifests").add(blob(layout, TYPE + "manifest.v1+json", JSON.writeValueAsBytes(manifest)));
        Files.write(layout.resolve("index.json"), JSON.writeValueAsBytes(index));
    }

    private static byte[] layer(Path root) throws Exception {
        for (String tool : List.of("/bin/sh", "/bin/sleep")) {
            copy(Path.of(tool), root);
            Matcher libraries = LIBRARY.matcher(output("ldd", tool));
            while (libraries.find()) {
                copy(Path.of(libraries.group(1)), root);
            }
        }
        Path tar = root.resolveSibling("layer.tar");
        output("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), "bin", "lib", "lib64");
        return Files.readAllBytes(tar);
    }

    private static void copy(Path file, Path root) throws Exception {
        Path target = root.resolve("." + file).normalize();
        Files.createDirectories(target.getParent());
        Files.copy(file.toRealPath(), target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static ObjectNode blob(Path layout, String mediaType, byte[] bytes) throws Exception {
        Files.write(layout.resolve("blobs/sha256").resolve(sha256(bytes)), bytes);
        return JSON.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", "sha256:" + sha256(bytes))
                .put("size", bytes.length);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
