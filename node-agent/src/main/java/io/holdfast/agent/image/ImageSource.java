package io.holdfast.agent.image;

import io.holdfast.model.job.Image;
import java.io.InputStream;

/** A place that holds images. Both methods block; any thread may call. */
public interface ImageSource {

    /** From the name to digests: index, this platform's manifest, configuration; every byte verified by its digest. */
    ResolvedImage resolve(Image name) throws ImageException;

    /**
     * The plain tar of a layer. The blob is hashed while it passes: a wrong digest or size is an {@link ImageException} before
     * the reader sees the end, so nothing may count as had before {@code read} has answered -1. Every failure of the stream
     * is an {@link ImageException}.
     *
     * @param image of {@link #resolve} for the same name
     * @param layer one of the image's
     */
    InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) throws ImageException;
}
