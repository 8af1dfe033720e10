package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Docker's registry on the loopback with one image in it: layers of this machine's own files, compressed by gzip. */
final class BenchRegistry implements AutoCloseable {
    private static final int LAYERS = 5;
    private static final long LAYER_BYTES = 60L << 20;
    private static final long LARGEST_FILE = 16L << 20;
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");
    private static final int START_SECONDS = 30;

    private final Child process;
    private final String host;
    final List<Path> archives;
    final long unpackedBytes;

    private BenchRegistry(Child process, String host, List<Path> archives, long unpackedBytes) {
        this.process = process;
        this.host = host;
        this.archives = archives;
        this.unpackedBytes = unpackedBytes;
    }

    /** @param busybox a static one, which the image runs */
    static BenchRegistry start(Path directory, Path busybox) throws Exception {
        Path config =
                Files.writeString(directory.resolve("registry.yml"), """
                version: 0.1
                log: {level: info}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: 127.0.0.1:0}
                """.formatted(directory.resolve("registry")));
        CompletableFuture<String> host = new CompletableFuture<>();
        Child process = Child.start(List.of("docker-registry", "serve", config.toString()), line -> {
            Matcher found = LISTENING.matcher(line);
            return found.find() && host.complete(found.group(1));
        });
        process.awaitSign(START_SECONDS);
        List<Path> archives = archives(directory, busybox);
        Path layout = layout(directory, archives);
        Commands.run(List.of(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--quiet",
                "--dest-tls-verify=false",
                "oci:" + layout + ":1",
                "docker://" + host.get() + "/bench:1"));
        long unpacked = 0;
        for (Path archive : archives) {
            try (var in = new GZIPInputStream(Files.newInputStream(archive))) {
                unpacked += in.transferTo(java.io.OutputStream.nullOutputStream());
            }
        }
        return new BenchRegistry(process, host.get(), archives, unpacked);
    }

    String host() {
        return host;
    }

    String reference() {
        return host + "/bench:1";
    }

    /** Files of /usr, as many as make a layer, and the next ones for the next. */
    private static List<Path> archives(Path directory, Path busybox) throws Exception {
        Path bin = Files.createDirectories(directory.resolve("own/bin"));
        Files.copy(busybox, bin.resolve("busybox"));
        List<Path> archives = new ArrayList<>();
        List<String> names = new ArrayList<>();
        long bytes = 0;
        List<Path> files;
        try (Stream<Path> all = Stream.concat(Files.walk(Path.of("/usr/lib")), Files.walk(Path.of("/usr/share")))) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !Files.isSymbolicLink(file))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                continue;
            }
            names.add(file.toString().substring(1));
            bytes += size;
            if (bytes >= LAYER_BYTES) {
                archives.add(archive(directory, archives.size(), names));
                names.clear();
                bytes = 0;
            }
            if (archives.size() == LAYERS) {
                return archives;
            }
        }
        throw new IllegalStateException("/usr has too few files for " + LAYERS + " layers");
    }

    private static Path archive(Path directory, int number, List<String> names) throws Exception {
        Path list = Files.write(directory.resolve("list"), names);
        Path archive = directory.resolve("layer" + number + ".tar.gz");
        List<String> command = new ArrayList<>(List.of("tar", "-czf", archive.toString(), "--no-recursion"));
        if (number == 0) {
            command.addAll(List.of("-C", directory.resolve("own").toString(), "bin", "bin/busybox"));
        }
        command.addAll(List.of("-C", "/", "-T", list.toString()));
        Commands.run(command);
        return archive;
    }

    private static Path layout(Path directory, List<Path> archives) throws Exception {
        Path layout = directory.resolve("layout");
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        List<String> diffIds = new ArrayList<>();
        List<String> layers = new ArrayList<>();
        for (Path archive : archives) {
            String digest = digest(archive, false);
            diffIds.add("\"sha256:" + digest(archive, true) + "\"");
            Files.copy(archive, blobs.resolve(digest));
            layers.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", digest, Files.size(archive)));
        }
        String config = blob(blobs, "application/vnd.oci.image.config.v1+json", """
                {"os":"linux","architecture":"%s","config":{"Cmd":["/bin/busybox","sleep","1000"]},
                 "rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64", String.join(",", diffIds)));
        String manifest = blob(
                blobs, "application/vnd.oci.image.manifest.v1+json", """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}""".formatted(config, String.join(",", layers)));
        String tagged =
                manifest.replace("\"size\"", "\"annotations\":{\"org.opencontainers.image.ref.name\":\"1\"},\"size\"");
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + tagged + "]}");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return layout;
    }

    private static String blob(Path blobs, String type, String text) throws Exception {
        Path file = Files.writeString(blobs.resolve("fresh"), text);
        String digest = digest(file, false);
        Files.move(file, blobs.resolve(digest));
        return descriptor(type, digest, text.length());
    }

    private static String descriptor(String type, String digest, long size) {
        return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}".formatted(type, digest, size);
    }

    private static String digest(Path file, boolean decompressed) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        try (var in = Files.newInputStream(file);
                var plain = decompressed ? new GZIPInputStream(in, 1 << 16) : in;
                var counted = new DigestInputStream(plain, sha)) {
            counted.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
