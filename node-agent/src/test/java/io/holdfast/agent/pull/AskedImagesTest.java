package io.holdfast.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.fake.FakeKeeper;
import io.holdfast.agent.fake.FakeNode;
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
import io.holdfast.testkit.Await;
import io.holdfast.testkit.ManualClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users ask of a node's images, with a source and a keeper of the test's own. */
class AskedImagesTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Map<String, List<String>> layersOf = new ConcurrentHashMap<>();
    private final CountDownLatch resolving = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile KnownImages known = KnownImages.NONE;
    private volatile ImageUse use = new ImageUse(true, Map.of());
    private volatile Future<?> removalsWait = Future.succeededFuture();
    private final ManualClock clock = new ManualClock();
    private FakeKeeper keeper;
    private Pulls pulls;
    private ImageView view;
    private Removals removals;

    /** What it knows are {@link #layersOf}; may be slow. */
    private class Source implements ImageSource {
        @Override
        public ResolvedImage resolve(Image name) throws ImageException {
            if (slow) {
                try {
                    resolving.await(BOUND.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new ImageException(ImageException.Kind.TEMPORARY, "interrupted");
                }
            }
            if (!layersOf.containsKey(name.reference())) {
                throw new ImageException(ImageException.Kind.NOT_FOUND, "there is no " + name.reference());
            }
            return new ResolvedImage(
                    "sha256:" + name.reference().hashCode(),
                    "",
                    new ImageConfig(
                            List.of("/app"),
                            List.of(),
                            List.of(),
                            "",
                            "",
                            "",
                            List.of(),
                            Map.of("a", "b"),
                            "linux",
                            "amd64"),
                    layersOf.get(name.reference()).stream()
                            .map(id -> new LayerBlob(id, "", 7, id))
                            .toList());
        }

        @Override
        public InputStream open(Image name, ResolvedImage image, LayerBlob layer, Progress progress) {
            throw new AssertionError("the keeper has every layer");
        }
    }

    private final class Layers implements LayerKeeper {
        @Override
        public Future<Reply.Layers> layers() {
            return Future.succeededFuture((Reply.Layers) keeper.node.handle(new Request.ListLayers(), 0));
        }

        @Override
        public Future<Reply.LayersRemoved> remove(List<String> diffIds) {
            return removalsWait.map(
                    waited -> (Reply.LayersRemoved) keeper.node.handle(new Request.RemoveLayers(diffIds), 0));
        }
    }

    @BeforeEach
    void start() throws Exception {
        keeper = new FakeKeeper(vertx, directory.resolve("k.sock")).start();
        begin();
    }

    /** With what is known from before. */
    private void begin() {
        pulls = on(() -> new Pulls(
                vertx,
                clock,
                new PullWorkers(vertx, "test-images"),
                new Source(),
                directory.resolve("k.sock"),
                known,
                now -> {
                    known = now;
                    return Future.succeededFuture();
                },
                () -> {}));
        view = new ImageView(pulls, () -> use);
        removals = new Removals(pulls, new Layers(), clock, () -> use);
    }

    @AfterEach
    void stop() throws Exception {
        resolving.countDown();
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

    private void keeperListed() {
        on(() -> {
            pulls.listed((Reply.Layers) keeper.node.handle(new Request.ListLayers(), 0));
            return true;
        });
    }

    private static Image image(String reference) {
        return Image.parse("", reference).fold(image -> image, errors -> {
            throw new AssertionError(errors);
        });
    }

    private boolean ask(String reference) {
        return on(() -> pulls.ask(image(reference)));
    }

    private NodeImages.Entry entry(String reference) {
        return on(() -> view.one(reference)).orElseThrow();
    }

    private void pulled(String reference, String... layers) {
        layersOf.put(reference, List.of(layers));
        assertThat(ask(reference)).isTrue();
        Await.until(
                reference,
                BOUND,
                () -> !entry(reference).digest().isEmpty()
                        && entry(reference).progress().isEmpty());
    }

    private NodeImages.Removed removed(Supplier<Future<NodeImages.Removed>> work) throws Exception {
        Promise<NodeImages.Removed> done = Promise.promise();
        context.runOnContext(now -> work.get().onComplete(done));
        return get(done.future());
    }

    private String refusal(Supplier<Future<NodeImages.Removed>> work) throws Exception {
        try {
            throw new AssertionError("not refused: " + removed(work));
        } catch (ExecutionException e) {
            ImageRefused refused = (ImageRefused) e.getCause();
            return refused.code() + ": " + refused.getMessage();
        }
    }

    private void usedBy(String reference, String... allocations) {
        use = new ImageUse(true, Map.of(reference, Arrays.asList(allocations)));
    }

    @Test
    void shouldGoOnWhenNoAllocationWantsIt() {
        slow = true;
        layersOf.put("oci:/a", List.of("l1", "l2"));
        ask("oci:/a");
        assertThat(entry("oci:/a").progress()).isEqualTo("waits for the keeper to pull oci:/a");
        keeperListed();
        want(Set.of());
        assertThat(entry("oci:/a").progress()).isEqualTo("pulling oci:/a");
        assertThat(entry("oci:/a").digest()).isEmpty();
        resolving.countDown();
        Await.until("it", BOUND, () -> entry("oci:/a").progress().isEmpty());
        assertThat(entry("oci:/a").layers()).isEqualTo(2);
        assertThat(entry("oci:/a").sizeBytes()).isEqualTo(14);
        assertThat(on(() -> view.details("oci:/a")).config().labels()).containsEntry("a", "b");
    }

    @Test
    void shouldRememberWhyItFailedUntilItIsAskedForAgainOrRemoved() throws Exception {
        keeperListed();
        ask("oci:/a");
        Await.until("its failure", BOUND, () -> !entry("oci:/a").failure().isEmpty());
        assertThat(entry("oci:/a").failure()).isEqualTo("there is no oci:/a");
        pulled("oci:/a", "l1");
        assertThat(entry("oci:/a").failure()).isEmpty();

        ask("oci:/b");
        Await.until("its failure", BOUND, () -> !entry("oci:/b").failure().isEmpty());
        assertThat(removed(() -> removals.remove("oci:/b")).images()).isZero();
        assertThat(on(() -> view.one("oci:/b"))).isEmpty();
    }

    @Test
    void shouldGoOnAfterARestartWithWhatWasAskedFor() {
        slow = true;
        layersOf.put("oci:/a", List.of("l1"));
        ask("oci:/a");
        ask("oci:/b");
        assertThat(known.asked()).containsExactly("oci:/a", "oci:/b");
        on(() -> {
            pulls.close();
            return true;
        });
        begin();
        assertThat(on(() -> view.all())).extracting(NodeImages.Entry::reference).containsExactly("oci:/a", "oci:/b");
        resolving.countDown();
        keeperListed();
        Await.until(
                "one, and why the other does not come",
                BOUND,
                () -> !entry("oci:/a").digest().isEmpty()
                        && !entry("oci:/b").failure().isEmpty());
        assertThat(known.asked()).isEmpty();
        assertThat(known.images()).hasSize(1);
    }

    @Test
    void shouldRefuseAPullWhenTooManyAreWaitedFor() {
        for (int i = 0; i < AskedPulls.MAX_ASKED; i++) {
            assertThat(ask("oci:/i" + i)).isTrue();
        }
        assertThat(ask("oci:/more")).isFalse();
        assertThat(ask("oci:/i0")).isTrue();
    }

    @Test
    void shouldSayWhyAnImageIsNotRemoved() throws Exception {
        keeperListed();
        pulled("oci:/a", "l1");
        assertThat(refusal(() -> removals.remove("oci:/z"))).isEqualTo("not-found: image oci:/z is not on this node");
        usedBy("oci:/a", "a1", "a2", "a3");
        assertThat(refusal(() -> removals.remove("oci:/a")))
                .isEqualTo("conflict: image oci:/a is used by allocation a1 and 2 more: stop what runs it first");
        use = new ImageUse(false, Map.of());
        assertThat(refusal(() -> removals.remove("oci:/a"))).startsWith("unavailable: image oci:/a may be in use");
        assertThat(refusal(() -> removals.prune())).startsWith("unavailable: every image may be in use");
        use = new ImageUse(true, Map.of());
        slow = true;
        ask("oci:/a");
        assertThat(refusal(() -> removals.remove("oci:/a"))).startsWith("conflict: image oci:/a is being pulled");
        assertThat(keeper.node.layers()).containsExactly("l1");
    }

    @Test
    void shouldLeaveLayersThatAnotherImageHasOrAContainerStandsOn() throws Exception {
        keeperListed();
        pulled("oci:/a", "base", "a1", "a2");
        pulled("oci:/b", "base", "b1");
        keeper.node.layer("a2", true);
        NodeImages.Removed removed = removed(() -> removals.remove("oci:/a"));
        assertThat(removed).isEqualTo(new NodeImages.Removed(List.of("oci:/a"), 1, 1, FakeNode.LAYER_BYTES, 0));
        assertThat(keeper.node.layers()).containsExactlyInAnyOrder("base", "b1", "a2");
        assertThat(on(() -> view.one("oci:/a"))).isEmpty();
        assertThat(on(() -> view.all())).extracting(NodeImages.Entry::reference).containsExactly("oci:/b");
    }

    @Test
    void shouldPruneWhatNoAllocationUsesAndWhatIsOfNoImage() throws Exception {
        keeper.node.layer("orphan", false);
        keeper.node.layer("stood-on", true);
        keeperListed();
        pulled("oci:/a", "base", "a1", "a2", "a3", "a4", "a5");
        pulled("oci:/b", "base", "b1");
        usedBy("oci:/b", "x");
        NodeImages.Removed removed = removed(() -> removals.prune());
        assertThat(removed).isEqualTo(new NodeImages.Removed(List.of("oci:/a"), 1, 6, 6 * FakeNode.LAYER_BYTES, 0));
        assertThat(keeper.node.layers()).containsExactlyInAnyOrder("stood-on", "base", "b1");
        assertThat(removed(() -> removals.prune()).layers()).isZero();
    }

    @Test
    void shouldMakeRoomOnAFilledDiskByWhatNobodyUses() throws Exception {
        keeperListed();
        pulled("oci:/a", "l1");
        pulled("oci:/b", "l2");
        usedBy("oci:/b", "x");
        keeper.node.disk(50 * FakeNode.LAYER_BYTES, 100 * FakeNode.LAYER_BYTES);
        assertThat(removed(() -> removals.relieve()).images()).isZero();

        keeper.node.disk(5 * FakeNode.LAYER_BYTES, 100 * FakeNode.LAYER_BYTES);
        use = new ImageUse(false, Map.of());
        assertThat(removed(() -> removals.relieve()).images())
                .as("use is not known")
                .isZero();
        usedBy("oci:/b", "x");
        assertThat(removed(() -> removals.relieve()).references()).containsExactly("oci:/a");
        assertThat(keeper.node.layers()).containsExactly("l2");
        assertThat(removed(() -> removals.relieve()).images())
                .as("all is in use")
                .isZero();
    }

    @Test
    void shouldBringALayerAnewWhenItIsWantedWhileItGoes() throws Exception {
        keeperListed();
        pulled("oci:/a", "l1");
        Promise<Void> keeperIsBusy = Promise.promise();
        removalsWait = keeperIsBusy.future();
        Promise<NodeImages.Removed> done = Promise.promise();
        context.runOnContext(now -> removals.remove("oci:/a").onComplete(done));
        Await.until("the removal", BOUND, () -> on(() -> view.one("oci:/a")).isEmpty());
        layersOf.put("oci:/b", List.of("l1"));
        ask("oci:/b");
        Await.until(
                "its resolution",
                BOUND,
                () -> on(() -> !pulls.underWay().get("oci:/b").needs().isEmpty()));
        assertThat(puts()).isEqualTo(1);
        context.runOnContext(now -> keeperIsBusy.complete());
        assertThat(get(done.future()).layers()).isEqualTo(1);
        Await.until("the image", BOUND, () -> !entry("oci:/b").digest().isEmpty());
        assertThat(puts()).isEqualTo(2);
        assertThat(keeper.node.layers()).containsExactly("l1");
    }

    @Test
    void shouldKeepTheLayersThatAnAllocationIsAboutToStartOn() throws Exception {
        keeperListed();
        pulled("oci:/a", "l1");
        want(Set.of(new ImageWish("x", image("oci:/a"), PullPolicy.IF_ABSENT)));
        usedBy("oci:/a", "x");
        pulled("oci:/a", "l2");
        Await.until("the new ones", BOUND, () -> keeper.node.layers().contains("l2"));
        removed(() -> removals.prune());
        assertThat(keeper.node.layers()).containsExactlyInAnyOrder("l1", "l2");
        want(Set.of());
        removed(() -> removals.prune());
        assertThat(keeper.node.layers()).containsExactly("l2");
    }

    @Test
    void shouldPullForAnAllocationWhenAnImportOfThatNameFails() {
        keeperListed();
        layersOf.put("oci:/a", List.of("l1"));
        slow = true;
        ImageWish wish = new ImageWish("x", image("oci:/a"), PullPolicy.IF_ABSENT);
        Source other = new Source() {
            @Override
            public ResolvedImage resolve(Image name) throws ImageException {
                super.resolve(name);
                throw new ImageException(ImageException.Kind.CORRUPT, "is no archive");
            }
        };
        Promise<List<ImageRecord>> taken = Promise.promise();
        context.runOnContext(now ->
                pulls.take(List.of(new Pull(image("oci:/a"), other, true))).onComplete(taken));
        want(Set.of(wish));
        assertThat(on(() -> pulls.sights().get(wish))).isInstanceOf(ImageSight.Pulling.class);
        resolving.countDown();
        Await.until("its end", BOUND, () -> taken.future().isComplete());
        assertThat(taken.future().cause()).hasMessage("is no archive");
        Await.until("the image", BOUND, () -> on(() -> pulls.sights().get(wish) instanceof ImageSight.Ready));
    }

    @Test
    void shouldNotImportWhatIsBeingPulled() {
        keeperListed();
        layersOf.put("oci:/a", List.of("l1"));
        slow = true;
        ask("oci:/a");
        Future<List<ImageRecord>> taken = on(() -> pulls.take(List.of(new Pull(image("oci:/a"), new Source(), true))));
        assertThat(taken.cause()).hasMessage("image oci:/a is being pulled: import it when it is there");
    }

    private void want(Set<ImageWish> wishes) {
        on(() -> {
            pulls.want(wishes, Set.of());
            return true;
        });
    }

    private long puts() {
        return keeper.node.requests().stream()
                .filter(Request.PutLayer.class::isInstance)
                .count();
    }
}
