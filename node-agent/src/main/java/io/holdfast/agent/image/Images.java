package io.holdfast.agent.image;

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
    public ResolvedImage resolve(ImageName name) throws ImageException {
        try {
            return source(name).resolve(name);
        } catch (ImageException e) {
            throw e.about(name.text());
        }
    }

    @Override
    public InputStream open(ImageName name, ResolvedImage image, LayerBlob layer, Progress progress)
            throws ImageException {
        String what = name.text() + ": layer " + layer.digest();
        try {
            InputStream blob = source(name).open(name, image, layer, progress);
            return new NamedStream(blob, what);
        } catch (ImageException e) {
            throw e.about(what);
        }
    }

    private ImageSource source(ImageName name) {
        if (name instanceof ImageName.Registry) {
            return registries;
        }
        return name instanceof ImageName.Layout ? layouts : archives;
    }
}
