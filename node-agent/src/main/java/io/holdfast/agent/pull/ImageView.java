package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.model.line.NodeImages;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** This node's images as they are told to who asks. For one context. */
public final class ImageView {
    private final Pulls pulls;
    private final Supplier<ImageUse> use;

    public ImageView(Pulls pulls, Supplier<ImageUse> use) {
        this.pulls = pulls;
        this.use = use;
    }

    /** What is on its way or has failed, then what is there, the last used first. */
    public List<NodeImages.Entry> all() {
        Set<String> references = new TreeSet<>(pulls.asked().references());
        references.addAll(pulls.underWay().keySet());
        pulls.images().forEach(image -> references.add(image.reference()));
        ImageUse used = use.get();
        return references.stream()
                .map(reference -> entry(reference, used))
                .sorted(Comparator.comparing((NodeImages.Entry entry) ->
                                entry.progress().isEmpty() && entry.failure().isEmpty())
                        .thenComparing(NodeImages.Entry::usedAtMillis, Comparator.reverseOrder()))
                .toList();
    }

    /** One of them, where there is anything to tell of it. */
    public Optional<NodeImages.Entry> one(String reference) {
        return Optional.of(entry(reference, use.get()))
                .filter(entry -> !entry.digest().isEmpty()
                        || !entry.progress().isEmpty()
                        || !entry.failure().isEmpty());
    }

    /** @throws ImageRefused where it is not there */
    public NodeImages.Details details(String reference) {
        ImageRecord image =
                there(reference).or(() -> pinned(reference)).orElseThrow(() -> ImageRefused.absent(reference));
        ImageConfig config = image.config();
        return new NodeImages.Details(
                entry(image.reference(), use.get()),
                new NodeImages.Config(
                        config.entrypoint(),
                        config.command(),
                        config.env(),
                        config.user(),
                        config.workDir(),
                        config.stopSignal(),
                        config.volumes(),
                        config.labels()),
                image.layers().stream()
                        .map(layer -> new NodeImages.Layer(layer.diffId(), layer.sizeBytes()))
                        .toList(),
                0);
    }

    /** What a tag was pinned to last. */
    private Optional<ImageRecord> pinned(String reference) {
        return pulls.images().stream()
                .filter(pulls.index().named(reference)::contains)
                .max(Comparator.comparingLong(ImageRecord::pulledAtMillis));
    }

    private Optional<ImageRecord> there(String reference) {
        return pulls.index().get(reference).filter(image -> pulls.layers().hasAll(image.diffIds()));
    }

    private NodeImages.Entry entry(String reference, ImageUse used) {
        Optional<ImageRecord> image = there(reference);
        return new NodeImages.Entry(
                reference,
                image.map(ImageRecord::toldDigest).orElse(""),
                image.map(ImageView::size).orElse(0L),
                image.map(known -> known.layers().size()).orElse(0),
                image.map(ImageRecord::pulledAtMillis).orElse(0L),
                image.map(ImageRecord::usedAtMillis).orElse(0L),
                used.of(reference).size(),
                progress(reference),
                pulls.asked().failure(reference).orElse(""));
    }

    private static long size(ImageRecord image) {
        return image.layers().stream()
                .mapToLong(ImageRecord.LayerRecord::sizeBytes)
                .sum();
    }

    private String progress(String reference) {
        Map<String, Pull> underWay = pulls.underWay();
        if (underWay.containsKey(reference)) {
            return underWay.get(reference).progress();
        }
        return pulls.asked().has(reference) ? "waits for the keeper to pull " + reference : "";
    }
}
