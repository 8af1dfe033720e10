package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.Images;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.NodePlatform;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.local.ArchiveSource;
import io.holdfast.agent.image.local.LayoutSource;
import io.holdfast.model.job.Image;
import io.holdfast.testkit.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A source as a node has it, that waits for nothing and remembers how long it would have. */
public final class RegistryKit {
    public static final NodePlatform AMD64 = new NodePlatform("linux", "amd64", "");

    /** Attempts as in production, with time-outs of a test. */
    static final Pacing PACING = new Pacing(5_000, 5_000, 5_000, 4, 2, 500, 4_000, 60_000, 1 << 20);

    final List<Long> pauses = new ArrayList<>();
    final ManualClock clock = new ManualClock();

    private final Map<String, RegistriesConfig.Registry> registries = new HashMap<>();
    private Path dockerConfig = RegistriesConfig.NO_FILE;
    private Pacing pacing = PACING;

    public RegistryKit plain(String host) {
        registries.put(host, new RegistriesConfig.Registry(List.of(), RegistriesConfig.NO_FILE, true));
        return this;
    }

    public RegistryKit with(String host, RegistriesConfig.Registry registry) {
        registries.put(host, registry);
        return this;
    }

    RegistryKit credentials(Path file) {
        dockerConfig = file;
        return this;
    }

    RegistryKit pacing(Pacing given) {
        pacing = given;
        return this;
    }

    public ImageSource images() {
        ImageSource source = new RegistrySource(
                new RegistriesConfig(dockerConfig, registries), AMD64, pacing, clock, pauses::add, new Random(1));
        return new Images(source, new LayoutSource(AMD64), new ArchiveSource(AMD64));
    }

    public static Image name(String host, String repository, String tag) {
        return new Image.Registry(host, repository, tag, "");
    }

    /** All tars of an image, the lowest first. */
    public static List<byte[]> layers(ImageSource images, Image name) throws IOException {
        ResolvedImage image = images.resolve(name);
        List<byte[]> layers = new ArrayList<>();
        for (LayerBlob layer : image.layers()) {
            layers.add(layer(images, name, image, layer));
        }
        return layers;
    }

    static byte[] layer(ImageSource images, Image name, ResolvedImage image, LayerBlob layer) throws IOException {
        try (InputStream tar = images.open(name, image, layer, Progress.NONE)) {
            return tar.readAllBytes();
        }
    }

    /** What pulling it fails with. */
    public static ImageException failure(ImageSource images, Image name) {
        try {
            layers(images, name);
        } catch (ImageException e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("a failure of another kind", e);
        }
        throw new AssertionError("the image was pulled");
    }
}
