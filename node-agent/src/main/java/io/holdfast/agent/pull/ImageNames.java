package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageName;
import io.holdfast.model.job.Image;

/** A job's image in the words of where images come from. */
final class ImageNames {
    private ImageNames() {}

    /** @param image a layered one */
    static ImageName of(Image image) {
        if (image instanceof Image.Registry registry) {
            return new ImageName.Registry(registry.host(), registry.repository(), registry.tag(), registry.digest());
        }
        if (image instanceof Image.Layout layout) {
            return new ImageName.Layout(layout.path(), layout.tag());
        }
        if (image instanceof Image.Archive archive) {
            return new ImageName.Archive(archive.path());
        }
        throw new IllegalArgumentException(image.reference() + " is not made of layers");
    }
}
