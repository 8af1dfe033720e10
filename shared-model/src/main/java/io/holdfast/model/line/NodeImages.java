package io.holdfast.model.line;

import java.util.List;
import java.util.Map;

/** What a node says of its images: the bodies of its answers to {@link LineMessage.AskNode}. */
public final class NodeImages {
    private NodeImages() {}

    /**
     * The images of a node, those that are on their way and those that did not come; what was used last comes first.
     *
     * @param omitted how many there was no room for in one answer
     */
    public record Listed(List<Entry> images, int omitted) {
        public Listed {
            images = images == null ? List.of() : List.copyOf(images);
        }
    }

    /**
     * A reference and what it stands for. Without {@code digest} nothing of it is there to be used.
     *
     * @param reference in full
     * @param digest of what the reference stands for at its source; empty where the image is not there
     * @param sizeBytes of all layers as they are stored where they come from
     * @param layers how many
     * @param usedAtMillis when an allocation needed it last, or it was pulled
     * @param allocations how many of the node need it
     * @param progress for people, while it is being pulled; else empty
     * @param failure why it could not be pulled when that was asked for last; empty where it could
     */
    public record Entry(
            String reference,
            String digest,
            long sizeBytes,
            int layers,
            long pulledAtMillis,
            long usedAtMillis,
            int allocations,
            String progress,
            String failure) {
        public Entry {
            digest = digest == null ? "" : digest;
            progress = progress == null ? "" : progress;
            failure = failure == null ? "" : failure;
        }
    }

    /**
     * An image and what it says about running it.
     *
     * @param layers the lowest first
     * @param omitted how many entries of its lists there was no room for in one answer
     */
    public record Details(Entry image, Config config, List<Layer> layers, int omitted) {
        public Details {
            layers = layers == null ? List.of() : List.copyOf(layers);
        }
    }

    /** Texts as they stand in the image, empty where nothing does. */
    public record Config(
            List<String> entrypoint,
            List<String> command,
            List<String> env,
            String user,
            String workDir,
            String stopSignal,
            List<String> volumes,
            Map<String, String> labels) {
        public Config {
            entrypoint = entrypoint == null ? List.of() : List.copyOf(entrypoint);
            command = command == null ? List.of() : List.copyOf(command);
            env = env == null ? List.of() : List.copyOf(env);
            user = user == null ? "" : user;
            workDir = workDir == null ? "" : workDir;
            stopSignal = stopSignal == null ? "" : stopSignal;
            volumes = volumes == null ? List.of() : List.copyOf(volumes);
            labels = labels == null ? Map.of() : Map.copyOf(labels);
        }
    }

    /** @param sizeBytes as it is stored where it comes from */
    public record Layer(String diffId, long sizeBytes) {
        public Layer {
            diffId = diffId == null ? "" : diffId;
        }
    }

    /**
     * What a tag stands for now.
     *
     * @param digest that the registry has under the tag: of the index, where it is one, so that it holds for every platform
     * @param layers of the node's platform, the lowest first; the first of them where there is no room for all
     */
    public record Resolved(String digest, List<Layer> layers) {
        public Resolved {
            digest = digest == null ? "" : digest;
            layers = layers == null ? List.of() : List.copyOf(layers);
        }
    }

    /**
     * @param references images that are not there any more; the first of them where there is no room for all
     * @param images how many
     * @param layers how many layers went with them
     * @param freedBytes that the files of these layers had
     * @param left how many images and layers are still to go, where there was no time for all
     */
    public record Removed(List<String> references, int images, int layers, long freedBytes, int left) {
        public Removed {
            references = references == null ? List.of() : List.copyOf(references);
        }
    }
}
