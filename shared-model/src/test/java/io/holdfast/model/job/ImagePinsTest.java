package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.document.MediaType;
import io.holdfast.model.line.NodeImages.Layer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which tags are pinned, and what becomes of the pins from version to version. */
class ImagePinsTest {
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);
    private static final String WEB = "registry.test/web:1";
    private static final List<Layer> LAYERS = List.of(new Layer("sha256:" + "a".repeat(64), 7));

    private static JobSpec job(String... groups) {
        return valueOf(JobDecoder.decode(
                ("job: web\ntype: service\ngroups:\n" + String.join("", groups)).getBytes(StandardCharsets.UTF_8),
                MediaType.YAML));
    }

    private static String group(String name, int count, String task) {
        return "  - {name: %s, count: %d, tasks: [{name: t, %s}]}\n".formatted(name, count, task);
    }

    private static String image(JobSpec spec, int group) {
        return spec.groups().get(group).tasks().get(0).image().reference();
    }

    @Test
    void shouldPinTagsOfRegistriesAndNothingElse() {
        JobSpec spec = job(
                group("tag", 1, "image: registry.test/web:1"),
                group("short", 1, "image: alpine"),
                group("digest", 1, "image: 'registry.test/web:1@" + ONE + "'"),
                group("never", 1, "image: registry.test/web:1, pull: never"),
                group("always", 1, "image: registry.test/web:1, pull: always"),
                group("layout", 1, "image: 'oci:/srv/web'"),
                group("archive", 1, "image: 'docker-archive:/srv/web.tar'"),
                group("host", 1, "image: host, command: [x]"));
        assertThat(ImagePins.of(spec).all())
                .containsExactlyInAnyOrder(
                        new ImagePin("tag", WEB),
                        new ImagePin("short", "docker.io/library/alpine:latest"),
                        new ImagePin("always", WEB));
    }

    @Test
    void shouldApplyWhatIsKnownToTheGroupThatItIsOf() {
        JobSpec spec = job(
                group("a", 1, "image: registry.test/web:1"),
                group("b", 1, "image: alpine"),
                group("c", 1, "image: registry.test/web:1, pull: never"));
        ImagePins pins = ImagePins.of(spec).resolved(WEB, ONE, LAYERS);

        assertThat(pins.waiting()).containsExactly("b");
        assertThat(pins.known().all()).containsExactly(new ImagePin("a", WEB, ONE, LAYERS));
        assertThat(pins.layers("a")).isEqualTo(LAYERS);
        assertThat(pins.layers("b")).isEmpty();
        JobSpec applied = pins.applied(spec);
        assertThat(image(applied, 0)).isEqualTo(WEB + "@" + ONE);
        assertThat(image(applied, 1)).isEqualTo("docker.io/library/alpine:latest");
        assertThat(image(applied, 2)).isEqualTo(WEB);
        assertThat(pins.resolved(WEB, TWO, List.of())).isEqualTo(pins);
    }

    @Test
    void shouldKeepPinsOfGroupsThatOnlyScaleAndBeginAnewWithTheOthers() {
        JobSpec before = job(group("a", 1, "image: registry.test/web:1"), group("b", 1, "image: registry.test/web:1"));
        JobSpec after = job(
                group("a", 5, "image: registry.test/web:1"),
                group("b", 1, "image: registry.test/web:1, command: [y]"),
                group("c", 1, "image: registry.test/web:1"));
        ImagePins pins = ImagePins.of(before).resolved(WEB, ONE, LAYERS).next(before, after);

        assertThat(pins.all())
                .containsExactly(new ImagePin("a", WEB, ONE, LAYERS), new ImagePin("b", WEB), new ImagePin("c", WEB));
        assertThat(pins.resolved(WEB, TWO, List.of()).all())
                .extracting(ImagePin::digest)
                .containsExactly(ONE, TWO, TWO);
    }

    @Test
    void shouldWantNoneForGroupsThatHadNone() {
        JobSpec before = job(group("a", 1, "image: alpine"));
        ImagePins next = ImagePins.NONE.next(before, job(group("a", 3, "image: alpine")));

        assertThat(next).isEqualTo(ImagePins.NONE);
        assertThat(next.applied(before)).isSameAs(before);
    }
}
