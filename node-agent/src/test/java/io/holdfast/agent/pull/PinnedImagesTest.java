package io.holdfast.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.agent.image.ImageConfig;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageSource;
import io.holdfast.agent.image.LayerBlob;
import io.holdfast.agent.image.Progress;
import io.holdfast.agent.image.ResolvedImage;
import io.holdfast.agent.reconcile.ImageSight;
import io.holdfast.agent.reconcile.ImageWish;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.PullPolicy;
import io.holdfast.model.line.NodeImages;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.testkit.Await;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags that are looked up, and images by a tag and by what it is pinned to, with a source and a keeper of the test's own. */
class PinnedImagesTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String TAG = "registry.test/web:1";
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final ManualClock clock = new ManualClock();
    private final Map<String, String> tags = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch answering = new CountDownLatch(1);
    private volatile boolean down;
    private volatile boolean slow;
    private volatile ImageUse use = new ImageUse(true, Map.of());
    private Pulls pulls;
    private ImageView view;
    private Removals removals;
    private TagLookups lookups;

    /** A registry: what its tags stand for is an index; the manifest in it and its one layer are named after that. */
    private final class Source implements ImageSource {
        @Override
        public ResolvedImage resolve(Image name) throws ImageException {
            asked.add(name.reference());
            Image.Registry image = (Image.Registry) name;
            if (slow) {
                try {
                    answering.await(BOUND.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new ImageException(ImageException.Kind.TEMPORARY, "interrupted");
                }
            }
            if (down) {
                throw new ImageException(ImageException.Kind.TEMPORARY, name.reference() + ": registry.test is away");
            }
            String index = image.digest().isEmpty() ? tags.getOrDefault(TAG, "") : image.digest();
            if (index.isEmpty()) {
                throw new ImageException(ImageException.Kind.NOT_FOUND, name.reference() + ": manifest unknown");
            }
            return new ResolvedImage(
                    "sha256:manifest-of-" + index,
                    index,
                    new ImageConfig(
                            List.of("/app"), List.of(), List.of(), "", "", "", List.of(), Map.of(), "linux", "amd64"),
                    List.of(new LayerBlob("blob", "", 7, layer(index))));
        }

        @Override
        public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) {
            throw new AssertionError("the keeper has every layer");
        }
    }

    private static String layer(String index) {
        return "sha256:a" + index.substring("sha256:a".length());
    }

    @BeforeEach
    void start() throws Exception {
        FakeKeeper keeper = new FakeKeeper(vertx, directory.resolve("k.sock")).start();
        PullWorkers workers = new PullWorkers(vertx, "test-pinned");
        Source source = new Source();
        pulls = on(() -> new Pulls(
                vertx,
                clock,
                workers,
                source,
                directory.resolve("k.sock"),
                KnownImages.NONE,
                images -> Future.succeededFuture(),
                () -> {}));
        view = new ImageView(pulls, () -> use);
        lookups = new TagLookups(workers, source, pulls);
        removals = new Removals(
                pulls,
                new LayerKeeper() {
                    @Override
                    public Future<Reply.Layers> layers() {
                        return Future.succeededFuture((Reply.Layers) keeper.node.handle(new Request.ListLayers(), 0));
                    }

                    @Override
                    public Future<Reply.LayersRemoved> remove(List<String> diffIds) {
                        return Future.succeededFuture(
                                (Reply.LayersRemoved) keeper.node.handle(new Request.RemoveLayers(diffIds), 0));
                    }
                },
                clock,
                () -> use);
        tags.put(TAG, ONE);
        on(() -> {
            pulls.listed((Reply.Layers) keeper.node.handle(new Request.ListLayers(), 0));
            return true;
        });
    }

    @AfterEach
    void stop() throws Exception {
        answering.countDown();
        on(() -> {
            pulls.close();
            return true;
        });
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private <T> T on(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        try {
            return get(done.future());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Image.Registry image(String reference) {
        return (Image.Registry) Image.parse("", reference).fold(image -> image, errors -> {
            throw new AssertionError(errors);
        });
    }

    private ImageSight wished(String allocation, String reference, PullPolicy pull) {
        ImageWish wish = new ImageWish(allocation, image(reference), pull);
        on(() -> {
            pulls.want(Set.of(wish), Set.of());
            return true;
        });
        Await.until("its sight", BOUND, () -> !(on(() -> pulls.sights().get(wish)) instanceof ImageSight.Pulling));
        return on(() -> pulls.sights().get(wish));
    }

    private <T> T answered(Supplier<Future<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> work.get().onComplete(done));
        return get(done.future());
    }

    private String refusal(Supplier<Future<?>> work) throws Exception {
        try {
            throw new AssertionError("not refused: " + answered(() -> work.get().mapEmpty()));
        } catch (ExecutionException e) {
            ImageRefused refused = (ImageRefused) e.getCause();
            return refused.code() + ": " + refused.getMessage();
        }
    }

    private NodeImages.Resolved lookedUp(String reference) throws Exception {
        return answered(() -> lookups.resolve(image(reference)));
    }

    private List<String> references() {
        return on(() -> view.all()).stream()
                .map(NodeImages.Entry::reference)
                .sorted()
                .toList();
    }

    @Test
    void shouldAnswerWithTheDigestOfTheIndexAndFetchNothing() throws Exception {
        NodeImages.Resolved found = lookedUp(TAG);

        assertThat(found).isEqualTo(new NodeImages.Resolved(ONE, List.of(new NodeImages.Layer(layer(ONE), 7))));
        assertThat(references()).isEmpty();
    }

    @Test
    void shouldSayWhyATagIsNotKnown() throws Exception {
        tags.clear();
        assertThat(refusal(() -> lookups.resolve(image(TAG)))).isEqualTo("not-found: " + TAG + ": manifest unknown");
        down = true;
        assertThat(refusal(() -> lookups.resolve(image(TAG))))
                .isEqualTo("unavailable: " + TAG + ": registry.test is away");
    }

    @Test
    void shouldAnswerWithWhatIsThereWhereTheRegistryIsAway() throws Exception {
        wished("a", TAG, PullPolicy.IF_ABSENT);
        tags.put(TAG, TWO);
        assertThat(lookedUp(TAG).digest()).as("the registry has the say").isEqualTo(TWO);

        down = true;
        assertThat(lookedUp(TAG).digest()).isEqualTo(ONE);
        assertThat(lookedUp(TAG).layers()).containsExactly(new NodeImages.Layer(layer(ONE), 7));

        down = false;
        clock.advanceMillis(1_000);
        wished("b", TAG + "@" + TWO, PullPolicy.IF_ABSENT);
        down = true;
        assertThat(lookedUp(TAG).digest()).as("the last one").isEqualTo(TWO);
    }

    /** As of one that was imported: no registry has it. */
    @Test
    void shouldAnswerWithWhatIsThereWhereTheRegistryDoesNotKnowTheTag() throws Exception {
        wished("a", TAG, PullPolicy.IF_ABSENT);
        tags.clear();
        assertThat(lookedUp(TAG).digest()).isEqualTo(ONE);
    }

    @Test
    void shouldNotWaitLongForARegistryWhereTheImageIsThere() throws Exception {
        wished("a", TAG, PullPolicy.IF_ABSENT);
        slow = true;
        assertThat(lookedUp(TAG).digest()).isEqualTo(ONE);
    }

    @Test
    void shouldAskOnceForAllThatWaitAndRefuseMoreThanTheLimit() throws Exception {
        slow = true;
        for (int i = 0; i < TagLookups.MAX_LOOKUPS; i++) {
            String reference = "registry.test/web" + i + ":1";
            on(() -> lookups.resolve(image(reference)));
            on(() -> lookups.resolve(image(reference)));
        }
        assertThat(refusal(() -> lookups.resolve(image(TAG)))).startsWith("unavailable: image " + TAG + " is not");
        Future<NodeImages.Resolved> waits = on(() -> lookups.resolve(image("registry.test/web0:1")));
        answering.countDown();
        assertThat(get(waits).digest()).isEqualTo(ONE);
        Await.until("all answers", BOUND, () -> asked.size() == TagLookups.MAX_LOOKUPS);
    }

    @Test
    void shouldFindTheBytesByTheirDigestWhateverNameTheyCameBy() {
        wished("a", TAG, PullPolicy.IF_ABSENT);
        down = true;

        assertThat(wished("b", TAG + "@" + ONE, PullPolicy.IF_ABSENT)).isInstanceOf(ImageSight.Ready.class);
        assertThat(wished("c", TAG + "@" + ONE, PullPolicy.NEVER)).isInstanceOf(ImageSight.Ready.class);
        assertThat(wished("d", TAG + "@" + TWO, PullPolicy.NEVER)).isInstanceOf(ImageSight.Failed.class);
        assertThat(references()).containsExactly(TAG, TAG + "@" + ONE);
        assertThat(asked).containsExactly(TAG);
    }

    @Test
    void shouldFindWhatATagWasPinnedToLast() {
        wished("a", TAG + "@" + ONE, PullPolicy.IF_ABSENT);
        clock.advanceMillis(1_000);
        wished("b", TAG + "@" + TWO, PullPolicy.IF_ABSENT);

        ImageSight sight = wished("c", TAG, PullPolicy.NEVER);
        assertThat(((ImageSight.Ready) sight).diffIds()).containsExactly(layer(TWO));
        assertThat(on(() -> view.details(TAG)).image().digest()).isEqualTo(TWO);
    }

    @Test
    void shouldTellTheLayersOfImagesThatAreThere() throws Exception {
        assertThat(on(pulls::layerHashes)).isEqualTo(LayerHashes.NONE);
        wished("a", TAG + "@" + ONE, PullPolicy.IF_ABSENT);
        wished("b", TAG + "@" + TWO, PullPolicy.IF_ABSENT);
        assertThat(on(pulls::layerHashes)).isEqualTo(LayerHashes.of(List.of(layer(ONE), layer(TWO))));

        on(() -> {
            pulls.want(Set.of(), Set.of());
            return true;
        });
        answered(() -> removals.remove(TAG + "@" + ONE));
        assertThat(on(pulls::layerHashes)).isEqualTo(LayerHashes.of(List.of(layer(TWO))));
    }

    @Test
    void shouldRemoveWithATagWhatItWasPinnedTo() throws Exception {
        wished("a", TAG + "@" + ONE, PullPolicy.IF_ABSENT);
        wished("b", TAG + "@" + TWO, PullPolicy.IF_ABSENT);
        assertThat(on(() -> view.details(TAG)).image().digest()).isIn(ONE, TWO);
        on(() -> {
            pulls.want(Set.of(), Set.of());
            return true;
        });
        use = new ImageUse(true, Map.of(TAG + "@" + TWO, List.of("b")));
        assertThat(refusal(() -> removals.remove(TAG)))
                .isEqualTo("conflict: image " + TAG + "@" + TWO + " is used by allocation b: stop what runs it first");
        assertThat(answered(() -> removals.remove(TAG + "@" + ONE)).references())
                .containsExactly(TAG + "@" + ONE);

        use = new ImageUse(true, Map.of());
        NodeImages.Removed removed = answered(() -> removals.remove(TAG));
        assertThat(removed.references()).containsExactly(TAG + "@" + TWO);
        assertThat(removed.layers()).isEqualTo(1);
        assertThat(refusal(() -> removals.remove(TAG))).isEqualTo("not-found: image " + TAG + " is not on this node");
    }

    @Test
    void shouldShowHowAPinnedImageGetsOnWithoutItsDigest() {
        slow = true;
        ImageWish wish = new ImageWish("a", image(TAG + "@" + ONE), PullPolicy.IF_ABSENT);
        on(() -> {
            pulls.want(Set.of(wish), Set.of());
            return true;
        });
        assertThat(on(() -> pulls.sights().get(wish))).isEqualTo(new ImageSight.Pulling("pulling " + TAG));
    }
}
