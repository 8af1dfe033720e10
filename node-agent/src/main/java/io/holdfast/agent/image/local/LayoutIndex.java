package io.holdfast.agent.image.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.Descriptor;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageJson;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.agent.image.IndexEntry;
import io.holdfast.agent.image.Manifest;
import io.holdfast.agent.image.ManifestReader;
import io.holdfast.agent.image.MediaTypes;
import io.holdfast.agent.image.Piece;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code index.json} of a layout. */
final class LayoutIndex {
    static final String MARK = "oci-layout";
    static final String INDEX = "index.json";

    private LayoutIndex() {}

    static List<IndexEntry> entries(byte[] mark, byte[] index) throws ImageException {
        JsonNode layout = ImageJson.object(mark, ImageLimits.MAX_MANIFEST_BYTES, MARK);
        String version = ImageJson.text(layout, "imageLayoutVersion", MARK);
        if (!version.startsWith("1.")) {
            throw new ImageException(
                    Kind.UNSUPPORTED, "is a layout of version '" + ImageException.shown(version) + "', not 1.0.0");
        }
        if (!(ManifestReader.read(new Piece(MediaTypes.OCI_INDEX, index)) instanceof Manifest.Index read)) {
            throw new ImageException(Kind.CORRUPT, INDEX + " is no index");
        }
        return read.entries();
    }

    /** @param tag empty: the only one */
    static Descriptor pick(byte[] mark, byte[] index, String tag) throws ImageException {
        List<IndexEntry> entries = entries(mark, index);
        // docker save lists one manifest once for each tag
        Map<String, Descriptor> picked = new LinkedHashMap<>();
        for (IndexEntry entry : entries) {
            if (tag.isEmpty() || entry.tag().equals(tag)) {
                picked.putIfAbsent(entry.manifest().digest(), entry.manifest());
            }
        }
        if (picked.size() != 1) {
            throw new ImageException(Kind.NOT_FOUND, complaint(entries, tag, picked.size()));
        }
        return picked.values().iterator().next();
    }

    private static String complaint(List<IndexEntry> entries, String tag, int picked) {
        if (entries.isEmpty()) {
            return "holds no image";
        }
        String listed = String.join(
                ", ",
                entries.stream()
                        .limit(ImageLimits.MAX_LISTED)
                        .map(entry ->
                                entry.tag().isEmpty() ? entry.manifest().digest() : ImageException.shown(entry.tag()))
                        .toList());
        String more = entries.size() > ImageLimits.MAX_LISTED ? ", …" : "";
        if (tag.isEmpty()) {
            return "holds " + entries.size() + " images, name one of them: " + listed + more;
        }
        return picked == 0
                ? "holds no image with this tag, only " + listed + more
                : "holds " + picked + " images with this tag";
    }
}
