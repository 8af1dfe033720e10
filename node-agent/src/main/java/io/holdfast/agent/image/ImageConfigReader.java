package io.holdfast.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.ImageException.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads image configurations, OCI's and Docker's, which are the same in what is read here. */
public final class ImageConfigReader {
    private static final String WHAT = "its configuration";
    private static final int MAX = ImageLimits.MAX_CONFIG_ELEMENTS;

    private ImageConfigReader() {}

    /** @param diffIds of the layers' tars, the lowest first */
    public record Read(ImageConfig config, List<String> diffIds) {
        public Read {
            diffIds = List.copyOf(diffIds);
        }
    }

    public static Read read(byte[] bytes) throws ImageException {
        JsonNode tree = ImageJson.object(bytes, ImageLimits.MAX_CONFIG_BYTES, WHAT);
        JsonNode config = ImageJson.mapping(tree, "config", MAX, WHAT);
        List<String> volumes = new ArrayList<>();
        ImageJson.mapping(config, "Volumes", MAX, WHAT).fieldNames().forEachRemaining(volumes::add);
        ImageConfig image = new ImageConfig(
                ImageJson.texts(config, "Entrypoint", MAX, WHAT),
                ImageJson.texts(config, "Cmd", MAX, WHAT),
                variables(config),
                ImageJson.text(config, "User", WHAT),
                ImageJson.text(config, "WorkingDir", WHAT),
                ImageJson.text(config, "StopSignal", WHAT),
                volumes,
                ImageJson.labels(config, "Labels", MAX, WHAT),
                ImageJson.text(tree, "os", WHAT),
                ImageJson.text(tree, "architecture", WHAT));
        return new Read(image, diffIds(tree));
    }

    /** Without what has no value, which no process could be given. */
    private static List<String> variables(JsonNode config) throws ImageException {
        List<String> variables = new ArrayList<>(ImageJson.texts(config, "Env", MAX, WHAT));
        variables.removeIf(variable -> variable.indexOf('=') < 1);
        return variables;
    }

    private static List<String> diffIds(JsonNode tree) throws ImageException {
        JsonNode rootfs = ImageJson.mapping(tree, "rootfs", MAX, WHAT);
        String type = ImageJson.text(rootfs, "type", WHAT);
        if (!type.equals("layers")) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    "its root file system is of type '" + ImageException.shown(type) + "', not layers");
        }
        List<String> diffIds = ImageJson.texts(rootfs, "diff_ids", ImageLimits.MAX_LAYERS, WHAT);
        for (String diffId : diffIds) {
            Digests.checked(diffId, "a layer's diffID");
        }
        return diffIds;
    }
}
