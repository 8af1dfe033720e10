package io.holdfast.agent.image;

import io.holdfast.model.job.Image;
import java.io.InputStream;

/** All places images come from: hands each name to its source, and puts the image's name before what went wrong. */
public final class Images implements ImageSource {
    private final ImageSource registries;
    private final ImageSource layouts;
    private final ImageSource archives;

    public Images(ImageSource registries, ImageSource layouts, ImageSource archives) {
        this.registries = registries;
        this.layouts = layouts;
        this.archives = archives;
    }

    @Override
    public ResolvedImage resolve(Image name) throws ImageException {
        try {
            return source(name).resolve(name);
        } catch (ImageException e) {
            throw e.about(name.reference());
        }
    }

    @Override
    public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) throws ImageException {
        String what = name.reference() + ": layer " + layer.digest();
        try {
            InputStream blob = source(name).open(name, image, layer, progress);
            return new NamedStream(blob, what);
        } catch (ImageException e) {
            throw e.about(what);
        }
    }

    private ImageSource source(Image name) {
        if (name instanceof Image.Registry) {
            return registries;
        }
        return name instanceof Image.Layout ? layouts : archives;
    }
}
