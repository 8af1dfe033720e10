package io.holdfast.agent.image.local;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.image.Resolver;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** One image of an archive. Any thread. */
interface ArchiveImage {

    /** What the archive calls it, as it stands there; may be none. */
    List<String> names();

    ResolvedImage resolve(Resolver resolver) throws ImageException;

    /** As of {@link io.holdfast.agent.image.ImageSource#open}. */
    InputStream open(ResolvedImage image, LayerBlob layer, Progress progress) throws IOException;
}
