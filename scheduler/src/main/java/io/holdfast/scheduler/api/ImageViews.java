package io.holdfast.scheduler.api;

import io.holdfast.model.line.NodeImages;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A node's images as the API shows them; {@code null} is what there is not. */
final class ImageViews {
    private ImageViews() {}

    /** {@code NodeImages} in {@code openapi.yaml}. */
    record Images(String node, List<ImageView> items, int omitted) {
        static Images of(String node, NodeImages.Listed listed) {
            return new Images(node, listed.images().stream().map(ImageView::of).toList(), listed.omitted());
        }
    }

    /** {@code Image} in {@code openapi.yaml}. */
    record ImageView(
            String reference,
            String digest,
            long sizeBytes,
            int layers,
            String pulledAt,
            String usedAt,
            int allocations,
            String progress,
            String failure) {
        static ImageView of(NodeImages.Entry entry) {
            return new ImageView(
                    entry.reference(),
                    orNull(entry.digest()),
                    entry.sizeBytes(),
                    entry.layers(),
                    Rfc3339.orNull(entry.pulledAtMillis()),
                    Rfc3339.orNull(entry.usedAtMillis()),
                    entry.allocations(),
                    orNull(entry.progress()),
                    orNull(entry.failure()));
        }

        private static String orNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    /** {@code ImageDetails} in {@code openapi.yaml}. */
    record Details(String node, ImageView image, Config config, List<Layer> layers, int omitted) {
        static Details of(String node, NodeImages.Details details) {
            NodeImages.Config config = details.config();
            return new Details(
                    node,
                    ImageView.of(details.image()),
                    new Config(
                            config.entrypoint(),
                            config.command(),
                            config.env(),
                            config.user(),
                            config.workDir(),
                            config.stopSignal(),
                            config.volumes(),
                            new TreeMap<>(config.labels())),
                    details.layers().stream()
                            .map(layer -> new Layer(layer.diffId(), layer.sizeBytes()))
                            .toList(),
                    details.omitted());
        }
    }

    record Config(
            List<String> entrypoint,
            List<String> command,
            List<String> env,
            String user,
            String workDir,
            String stopSignal,
            List<String> volumes,
            Map<String, String> labels) {}

    record Layer(String diffId, long sizeBytes) {}

    /** {@code ImagePull} in {@code openapi.yaml}. */
    record Pull(String node, String reference) {}

    /** {@code ImagesRemoved} in {@code openapi.yaml}. */
    record Removed(String node, List<String> references, int images, int layers, long freedBytes, int left) {
        static Removed of(String node, NodeImages.Removed removed) {
            return new Removed(
                    node,
                    removed.references(),
                    removed.images(),
                    removed.layers(),
                    removed.freedBytes(),
                    removed.left());
        }
    }
}
