package io.holdfast.cli.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file of {@code --log}, in which managers such as containerd and podman look for the reason of a failure. */
record OciLog(Path file, boolean json) {

    void error(String message) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, line(message), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // the message stands on standard error all the same
        }
    }

    private String line(String message) throws JsonProcessingException {
        String time = Instant.now().toString();
        if (!json) {
            return time + " error " + message + "\n";
        }
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("level", "error");
        entry.put("msg", message);
        entry.put("time", time);
        return new ObjectMapper().writeValueAsString(entry) + "\n";
    }
}
