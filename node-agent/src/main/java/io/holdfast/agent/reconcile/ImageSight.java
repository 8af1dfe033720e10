package io.holdfast.agent.reconcile;

import io.holdfast.agent.image.ImageConfig;
import java.util.List;
import java.util.Map;

/** How a {@link ImageWish} stands. */
public sealed interface ImageSight {

    /**
     * All layers are at the keeper's.
     *
     * @param diffIds the lowest first; none for an image that is not made of layers
     */
    record Ready(List<String> diffIds, ImageConfig config) implements ImageSight {
        /** What a root brings that is no image: nothing. */
        static final Ready BARE = new Ready(
                List.of(), new ImageConfig(List.of(), List.of(), List.of(), "", "", "", List.of(), Map.of(), "", ""));

        public Ready {
            diffIds = List.copyOf(diffIds);
        }
    }

    /** @param progress for people, as {@code pulling alpine:3.20: 2Mi of 3Mi} */
    record Pulling(String progress) implements ImageSight {}

    /** @param forGood whether trying again is of no use */
    record Failed(String why, boolean forGood) implements ImageSight {}
}
