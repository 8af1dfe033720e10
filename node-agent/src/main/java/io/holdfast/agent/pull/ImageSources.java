package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.Images;
import io.holdfast.agent.image.NodePlatform;
import io.holdfast.agent.image.local.ArchiveSource;
import io.holdfast.agent.image.local.LayoutSource;
import io.holdfast.agent.image.registry.Pacing;
import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.agent.image.registry.RegistrySource;
import io.holdfast.model.Clock;
import java.util.random.RandomGenerator;

/** All places that a node's images come from. */
public final class ImageSources {
    private ImageSources() {}

    /** @param pacing of registries */
    public static ImageSource open(RegistriesConfig registries, Pacing pacing, Clock clock, RandomGenerator random) {
        NodePlatform platform = platform();
        return new Images(
                new RegistrySource(registries, platform, pacing, clock, Thread::sleep, random),
                new LayoutSource(platform),
                new ArchiveSource(platform));
    }

    /** Archives that are sent to the node. */
    public static ArchiveSource archives() {
        return new ArchiveSource(platform());
    }

    private static NodePlatform platform() {
        return NodePlatform.ofArch(System.getProperty("os.arch"));
    }
}
