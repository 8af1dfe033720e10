package io.holdfast.agent.pull;

import java.util.List;

/**
 * What an agent remembers of images from one life to the next.
 *
 * @param asked references, in full, that somebody waits for without an allocation that needs them
 */
public record KnownImages(List<ImageRecord> images, List<String> asked) {
    public static final KnownImages NONE = new KnownImages(List.of(), List.of());

    public KnownImages {
        images = List.copyOf(images);
        asked = List.copyOf(asked);
    }
}
