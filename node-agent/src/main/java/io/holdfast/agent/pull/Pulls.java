package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.reconcile.ImageSight;
import io.holdfast.agent.reconcile.ImageWish;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.model.Clock;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.PullPolicy;
import io.holdfast.model.state.LayerHashes;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that images are there. What is wished for is fetched once, however many wish for it; a fetch that nobody wishes for any
 * more is ended. For one context.
 */
public final class Pulls {
    /** Between two looks at how far the pulls have come. */
    static final long PROGRESS_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);

    private final Vertx vertx;
    private final ImageSource source;
    private final ImageIndex index;
    private final Runnable changed;

    private final Map<ImageWish, ImageSight> sights = new HashMap<>();
    private final Map<String, Pull> pulls = new HashMap<>();
    private final PresentLayers layers = new PresentLayers();
    private final Fetches fetches;
    private final AskedPulls asked;
    private final Function<KnownImages, Future<?>> disk;
    private Future<?> remembered = Future.succeededFuture();

    private Set<ImageWish> wishes = Set.of();
    private long progressTimer = -1;

    /**
     * @param known of an earlier life
     * @param disk writes down all of it
     * @param changed told when a sight has become another one
     */
    public Pulls(
            Vertx vertx,
            Clock clock,
            PullWorkers workers,
            ImageSource source,
            Path keeperSocket,
            KnownImages known,
            Function<KnownImages, Future<?>> disk,
            Runnable changed) {
        this.vertx = vertx;
        this.source = source;
        this.fetches = new Fetches(vertx, clock, workers, keeperSocket, layers);
        this.disk = disk;
        this.index = new ImageIndex(clock, known.images(), this::write);
        this.asked = new AskedPulls(known.asked(), () -> write(List.copyOf(index.all())));
        this.changed = changed;
    }

    /** How the wishes stand. One that is not in it has not been looked at yet. */
    public Map<ImageWish, ImageSight> sights() {
        Map<ImageWish, ImageSight> now = new HashMap<>(sights);
        now.replaceAll((wish, sight) -> {
            Pull pull = pulls.get(wish.image().reference());
            return sight instanceof ImageSight.Pulling && pull != null
                    ? new ImageSight.Pulling(pull.progress())
                    : sight;
        });
        return now;
    }

    /**
     * What is wished for from now on.
     *
     * @param busy allocations that nothing was decided about: what they wished for, they still do
     */
    public void want(Set<ImageWish> wished, Set<String> busy) {
        wishes = new HashSet<>(wished);
        sights.keySet().stream()
                .filter(wish -> busy.contains(wish.allocationId()))
                .forEach(wishes::add);
        sights.keySet().retainAll(wishes);
        for (Pull pull : List.copyOf(pulls.values())) {
            if (!pull.kept
                    && !asked.has(pull.reference())
                    && wishes.stream().noneMatch(wish -> wish.image().equals(pull.image))) {
                pulls.remove(pull.reference());
                pull.cancel();
            }
        }
        begin();
    }

    /** A failure has been told of: the next wish of the allocation tries anew. */
    public void failureTold(String allocationId) {
        sights.entrySet()
                .removeIf(sight -> sight.getKey().allocationId().equals(allocationId)
                        && sight.getValue() instanceof ImageSight.Failed);
    }

    /**
     * Fetches an image that no allocation needs to need, also where it is there. It goes on until it is there or has failed, also
     * in the agent's next life.
     *
     * @param image a layered one
     * @return false where too many are waited for already
     */
    public boolean ask(Image image) {
        boolean taken = asked.add(image);
        begin();
        return taken;
    }

    /** When all that was asked for until now is on disk. */
    public Future<?> remembered() {
        return remembered;
    }

    private Future<?> write(List<ImageRecord> images) {
        remembered = disk.apply(new KnownImages(
                images, asked.images().stream().map(Image::reference).toList()));
        return remembered;
    }

    /** What layers the keeper has, asked whenever it is met anew. */
    public void listed(Reply.Layers found) {
        layers.listed(found);
        sights.values().removeIf(sight -> sight instanceof ImageSight.Ready ready && !layers.hasAll(ready.diffIds()));
        begin();
        changed.run();
    }

    private void begin() {
        if (!layers.known()) {
            return;
        }
        asked.images().forEach(this::fetching);
        boolean settled = false;
        for (ImageWish wish : wishes) {
            if (!sights.containsKey(wish)) {
                ImageSight sight = begin(wish);
                sights.put(wish, sight);
                settled |= !(sight instanceof ImageSight.Pulling);
            }
        }
        if (settled) {
            changed.run();
        }
    }

    private ImageSight begin(ImageWish wish) {
        String reference = wish.image().reference();
        Optional<ImageRecord> known = there(wish.image());
        if (known.isPresent() && wish.pull() != PullPolicy.ALWAYS) {
            index.used(known.get(), reference);
            return ready(known.get());
        }
        if (wish.pull() == PullPolicy.NEVER) {
            return new ImageSight.Failed(
                    "image " + reference + " is not on this node, and the task says pull: never", true);
        }
        return new ImageSight.Pulling(fetching(wish.image()).progress());
    }

    /** An image that can be started at once, whatever name it came by. */
    Optional<ImageRecord> there(Image image) {
        return index.find(image, record -> layers.hasAll(record.diffIds()));
    }

    /** What a tag stood for when it was fetched last, by itself or pinned; of images that can be started at once. */
    Optional<ImageRecord> last(Image.Registry image) {
        return index.named(image.reference()).stream()
                .filter(record -> !record.rootDigest().isEmpty() && layers.hasAll(record.diffIds()))
                .max(Comparator.comparingLong(ImageRecord::pulledAtMillis));
    }

    /** The one pull of it, whoever wants it. */
    private Pull fetching(Image image) {
        Pull pull = pulls.get(image.reference());
        if (pull == null) {
            pull = new Pull(image, source, false);
            pulls.put(image.reference(), pull);
            start(pull);
        }
        tick();
        return pull;
    }

    private static ImageSight.Ready ready(ImageRecord image) {
        return new ImageSight.Ready(image.diffIds(), image.config());
    }

    private void start(Pull pull) {
        LOG.info("pulling {}", pull.reference());
        fetches.bring(pull)
                .compose(record -> index.put(List.of(record)).map(record))
                .onComplete(result -> {
                    if (!pull.cancelled()) {
                        ended(pull, result);
                    }
                });
    }

    /**
     * Brings images from sources of their own, all or none. Fails with what failed first, when nothing of them is on its way any more;
     * with {@link ImageRefused} where one of them is on its way already.
     */
    Future<List<ImageRecord>> take(List<Pull> given) {
        for (Pull pull : given) {
            if (pulls.containsKey(pull.reference())) {
                return Future.failedFuture(new ImageRefused(
                        ImageRefused.CONFLICT,
                        "image " + pull.reference() + " is being pulled: import it when it is there"));
            }
        }
        given.forEach(pull -> pulls.put(pull.reference(), pull));
        tick();
        List<Future<ImageRecord>> all = given.stream().map(fetches::bring).toList();
        Future<List<ImageRecord>> taken = Future.all(all)
                .map(brought -> brought.<ImageRecord>list())
                .compose(records -> index.put(records).map(records))
                .recover(trouble -> {
                    given.forEach(Pull::cancel);
                    return Future.join(all)
                            .otherwiseEmpty()
                            .compose(ended -> Future.join(
                                    given.stream().map(Pull::settled).toList()))
                            .transform(settled -> Future.failedFuture(trouble));
                });
        return taken.onComplete(result -> {
            for (int i = 0; i < given.size(); i++) {
                int at = i;
                ended(given.get(i), result.map(records -> records.get(at)));
            }
        });
    }

    private void ended(Pull pull, AsyncResult<ImageRecord> result) {
        pulls.remove(pull.reference());
        if (result.succeeded()) {
            LOG.info("image {} is {}", pull.reference(), result.result().digest());
            asked.came(pull.reference());
            settle(pull, ready(result.result()));
        } else if (pull.kept) {
            // who wishes for it, or asked for it, wants it from where its reference says
            LOG.warn("image not imported: {}", result.cause().getMessage());
            sights.entrySet()
                    .removeIf(sight -> sight.getKey().image().equals(pull.image)
                            && sight.getValue() instanceof ImageSight.Pulling);
            begin();
            changed.run();
        } else {
            LOG.warn("image not pulled: {}", result.cause().getMessage());
            ImageSight.Failed failed = failed(pull, result.cause());
            asked.failed(pull.reference(), failed.why());
            settle(pull, failed);
        }
    }

    private void settle(Pull pull, ImageSight sight) {
        sights.replaceAll((wish, before) ->
                wish.image().equals(pull.image) && before instanceof ImageSight.Pulling ? sight : before);
        changed.run();
    }

    private static ImageSight.Failed failed(Pull pull, Throwable trouble) {
        boolean forGood = trouble instanceof ImageException image
                ? !image.temporary()
                : trouble instanceof RequestFailedException refused
                        && refused.error().code().equals("bad-request");
        String why = trouble instanceof RequestFailedException refused
                ? refused.error().message()
                : String.valueOf(trouble.getMessage());
        return new ImageSight.Failed(
                why.contains(pull.reference()) ? why : "image " + pull.reference() + ": " + why, forGood);
    }

    /** Progress is told as long as there is any. */
    private void tick() {
        if (progressTimer < 0) {
            progressTimer = vertx.setPeriodic(PROGRESS_MILLIS, due -> {
                if (pulls.isEmpty()) {
                    vertx.cancelTimer(progressTimer);
                    progressTimer = -1;
                } else {
                    changed.run();
                }
            });
        }
    }

    /** Ends all that is under way. */
    public void close() {
        if (progressTimer >= 0) {
            vertx.cancelTimer(progressTimer);
        }
        pulls.values().forEach(Pull::cancel);
        fetches.close();
    }

    /** References and digests of what is there, for who asks. */
    public List<ImageRecord> images() {
        return index.all().stream()
                .filter(image -> layers.hasAll(image.diffIds()))
                .toList();
    }

    /** Of all images that are there, for whom to prefer this node: the most recently used first. */
    public LayerHashes layerHashes() {
        return LayerHashes.of(index.all().stream()
                .sorted(Comparator.comparingLong(ImageRecord::usedAtMillis).reversed())
                .flatMap(image -> image.diffIds().stream())
                .filter(layers::has)
                .toList());
    }

    /** Layers that somebody is about to start on: a name may stand for others by now. */
    Set<String> promised() {
        Set<String> promised = new HashSet<>();
        sights.values().forEach(sight -> {
            if (sight instanceof ImageSight.Ready ready) {
                promised.addAll(ready.diffIds());
            }
        });
        return promised;
    }

    ImageIndex index() {
        return index;
    }

    PresentLayers layers() {
        return layers;
    }

    AskedPulls asked() {
        return asked;
    }

    /** By reference. */
    Map<String, Pull> underWay() {
        return Map.copyOf(pulls);
    }
}
