package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.local.ArchiveSource.Found;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which image of an archive gets which name. Pure. */
final class ArchiveNames {
    private ArchiveNames() {}

    /**
     * @param given instead of the archive's names; empty for those
     * @return at least one
     * @throws ImageRefused where that is not clear
     */
    static Map<Image, ImageSource> of(List<Found> images, String given) {
        Map<Image, ImageSource> named = new LinkedHashMap<>();
        if (!given.isEmpty()) {
            if (images.size() > 1) {
                throw invalid(
                        "the archive holds " + images.size() + " images, and a name is given for one: leave the name"
                                + " out, or save each into an archive of its own");
            }
            named.put(parse("the name", given), images.get(0).source());
            return named;
        }
        for (Found image : images) {
            for (String name : image.names()) {
                if (named.put(parse("the archive: an image's name", name), image.source()) != null) {
                    throw invalid("the archive has two images named " + ImageException.shown(name));
                }
            }
        }
        if (named.isEmpty()) {
            throw invalid("the archive names no image: give a name with --name, as team/web:1.0");
        }
        if (named.size() > ImageLimits.MAX_IMPORTED) {
            throw invalid("the archive has " + named.size() + " names of images, and " + ImageLimits.MAX_IMPORTED
                    + " are the most: save them into several");
        }
        return named;
    }

    static Image parse(String what, String name) {
        Outcome<Image.Registry> parsed = Image.name(what, name);
        return parsed.fold(image -> image, errors -> {
            throw invalid(errors.get(0).text());
        });
    }

    private static ImageRefused invalid(String why) {
        return new ImageRefused(ImageRefused.INVALID, why);
    }
}
