package io.holdfast.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.image.ImageConfig;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobType;
import io.holdfast.model.job.PullPolicy;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Desired;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tasks whose image has to be fetched first. */
class ImageWishesTest {
    private static final Image WEB = new Image.Registry("docker.io", "library/web", "1", "");
    private static final ImageWish WISH = new ImageWish("a1", WEB, PullPolicy.IF_ABSENT);
    private static final ImageConfig CONFIG = new ImageConfig(
            List.of("/bin/web"),
            List.of("-v"),
            List.of("PATH=/web", "A=image"),
            "web:adm",
            "/srv",
            "SIGRTMIN+3",
            List.of("/data"),
            Map.of(),
            "linux",
            "amd64");

    private final Bench bench = new Bench();

    private static TaskSpec task(List<String> command) {
        TaskSpec bare = Samples.task("one");
        return new TaskSpec(
                "one",
                WEB,
                command,
                new TreeMap<>(Map.of("A", "task")),
                "",
                "",
                bare.stopGraceMillis(),
                bare.resources());
    }

    private void want(Desired desired) {
        GroupSpec like = Samples.group(1, DisconnectPolicy.KEEP, "one");
        GroupSpec group = new GroupSpec(
                like.name(),
                1,
                List.of(),
                like.network(),
                like.restart(),
                like.update(),
                like.disconnect(),
                List.of(imageTask()));
        bench.specs.put("spec", new GroupDocument(JobType.BATCH, group));
        bench.manifest = Samples.manifest(bench.manifest.revision() + 1, Samples.row("a1", "spec", desired));
    }

    private static TaskSpec imageTask() {
        TaskSpec bare = Samples.task("one");
        return new TaskSpec(
                "one",
                WEB,
                PullPolicy.IF_ABSENT,
                List.of(),
                List.of(),
                new TreeMap<>(Map.of("A", "task")),
                "",
                "",
                "",
                bare.stopGraceMillis(),
                false,
                bare.confinement(),
                bare.resources());
    }

    @Test
    void shouldMakeNothingBeforeTheImageIsThere() {
        want(Desired.RUN);
        bench.images.put(WISH, new ImageSight.Pulling("pulling web: 1Mi of 2Mi"));

        assertThat(bench.step()).isFalse();

        assertThat(bench.last.images()).containsExactly(WISH);
        assertThat(bench.reports.get("a1").state()).isEqualTo(AllocationState.PENDING);
        assertThat(bench.reports.get("a1").reason()).isEqualTo("pulling web: 1Mi of 2Mi");
    }

    @Test
    void shouldStartByTheImagesWordsWhereTheTaskHasNone() {
        want(Desired.RUN);
        bench.images.put(WISH, new ImageSight.Ready(List.of("sha256:a", "sha256:b"), CONFIG));

        assertThat(bench.step()).isTrue();

        Step.StartTask start =
                (Step.StartTask) bench.last.works().get(0).steps().get(1);
        Request.StartContainer request = start.request();
        assertThat(request.rootfs()).isEqualTo("layers:sha256:a,sha256:b");
        Spec.Process process = request.spec().process();
        assertThat(process.args()).containsExactly("/bin/web", "-v");
        assertThat(process.env()).contains("A=task", "PATH=/web", "HOLDFAST_TASK=one");
        assertThat(process.user().username()).isEqualTo("web:adm");
        assertThat(process.env()).as("looked up in the image").noneMatch(line -> line.startsWith("HOME="));
        assertThat(process.cwd()).isEqualTo("/srv");
        assertThat(request.annotations()).containsEntry(Annotations.STOP_SIGNAL, "37");
    }

    @Test
    void shouldCountAFailedPullAsAFailedStartAndTryAgain() {
        want(Desired.RUN);
        bench.images.put(WISH, new ImageSight.Failed("image web: registry is away", false));

        assertThat(bench.step()).isTrue();
        assertThat(bench.step()).isFalse();
        assertThat(bench.reports.get("a1").reason()).isEqualTo("image web: registry is away");
        assertThat(bench.last.images()).as("not before it is due").isEmpty();

        bench.clock.advanceMillis(bench.last.wakeAtMillis() - bench.clock.nowMillis());
        bench.step();
        assertThat(bench.last.images()).containsExactly(WISH);
        bench.images.put(WISH, new ImageSight.Ready(List.of("sha256:a"), CONFIG));
        bench.step();
        bench.step();
        assertThat(bench.reports.get("a1").state()).isEqualTo(AllocationState.RUNNING);
    }

    @Test
    void shouldFailForGoodWhereTryingAgainIsOfNoUse() {
        want(Desired.RUN);
        bench.images.put(WISH, new ImageSight.Failed("image web: there is no such tag", true));

        bench.step();
        bench.step();

        assertThat(bench.reports.get("a1").state()).isEqualTo(AllocationState.FAILED);
        assertThat(bench.reports.get("a1").reason()).isEqualTo("image web: there is no such tag");
    }

    @Test
    void shouldStopAtOnceWhatStillWaitsForItsImage() {
        want(Desired.RUN);
        bench.images.put(WISH, new ImageSight.Pulling("pulling web"));
        bench.step();

        want(Desired.STOP);
        bench.step();

        assertThat(bench.last.images()).isEmpty();
        assertThat(bench.reports.get("a1").state()).isEqualTo(AllocationState.STOPPED);
    }

    @Test
    void shouldRefuseAnImageThatSaysNothingToRun() {
        want(Desired.RUN);
        bench.images.put(
                WISH,
                new ImageSight.Ready(
                        List.of("sha256:a"),
                        new ImageConfig(
                                List.of(), List.of(), List.of(), "", "", "", List.of(), Map.of(), "linux", "amd64")));

        bench.step();
        bench.step();

        assertThat(bench.reports.get("a1").state()).isEqualTo(AllocationState.FAILED);
        assertThat(bench.reports.get("a1").reason())
                .isEqualTo(
                        "image docker.io/library/web:1 says neither entrypoint nor command: give the task a command");
    }

    @Test
    void shouldReplaceEntrypointAndCommandAsTheTaskSays() {
        assertThat(new ImageDefaults(task(List.of()), CONFIG).args()).containsExactly("/bin/web", "-v");
        assertThat(new ImageDefaults(task(List.of("/bin/other")), CONFIG).args())
                .containsExactly("/bin/other");
        TaskSpec args = new TaskSpec(
                "one",
                WEB,
                PullPolicy.NEVER,
                List.of(),
                List.of("-q"),
                new TreeMap<>(),
                "5",
                "/tmp",
                "SIGINT",
                0,
                false,
                Samples.task("one").confinement(),
                Samples.task("one").resources());
        ImageDefaults defaults = new ImageDefaults(args, CONFIG);
        assertThat(defaults.args()).containsExactly("/bin/web", "-q");
        assertThat(defaults.user()).isEqualTo(new Spec.User(5, 5, List.of()));
        assertThat(defaults.workDir()).isEqualTo("/tmp");
        assertThat(defaults.stopSignal()).isEqualTo(2);
    }
}
