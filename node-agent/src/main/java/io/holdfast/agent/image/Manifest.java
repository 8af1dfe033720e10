package io.holdfast.agent.image;

import java.util.List;

/** What a name or digest of an image stands for. */
public sealed interface Manifest {

    /** Manifests by platform, or by tag in a layout. */
    record Index(List<IndexEntry> entries) implements Manifest {
        public Index {
            entries = List.copyOf(entries);
        }
    }

    /** @param layers the lowest first */
    record Image(Descriptor config, List<Descriptor> layers) implements Manifest {
        public Image {
            layers = List.copyOf(layers);
        }
    }
}
