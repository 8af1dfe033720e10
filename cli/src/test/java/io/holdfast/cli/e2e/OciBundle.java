package io.holdfast.cli.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bundle as other tools write it, whose programs are the host's: a root of mount points and links, with {@code /usr} bound. */
final class OciBundle {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String CONFIG = """
            {"ociVersion":"1.0.2",
             "process":{"args":[],"env":["PATH=/usr/bin"],"cwd":"/","user":{"uid":0,"gid":0},"noNewPrivileges":true},
             "root":{"path":"rootfs"},
             "mounts":[
               {"destination":"/usr","type":"bind","source":"/usr","options":["rbind","ro"]},
               {"destination":"/proc","type":"proc","source":"proc"},
               {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]},
               {"destination":"/dev/pts","type":"devpts","source":"devpts",
                 "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]}],
             "linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}]}}
            """;

    final Path directory;
    final ObjectNode config;

    OciBundle(Path directory, String script) throws IOException {
        this.directory = Files.createDirectory(directory);
        Path root = Files.createDirectory(directory.resolve("rootfs"));
        for (String mountPoint : List.of("usr", "proc", "dev")) {
            Files.createDirectory(root.resolve(mountPoint));
        }
        for (String link : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        config = (ObjectNode) MAPPER.readTree(CONFIG);
        process().withArray("args").add("/bin/sh").add("-c").add(script);
        write();
    }

    ObjectNode process() {
        return (ObjectNode) config.get("process");
    }

    OciBundle write() throws IOException {
        MAPPER.writeValue(file().toFile(), config);
        return this;
    }

    Path file() {
        return directory.resolve("config.json");
    }
}
