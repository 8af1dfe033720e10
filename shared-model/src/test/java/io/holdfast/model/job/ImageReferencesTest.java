package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferencesTest {

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine:latest",
        "alpine:3.20, docker.io/library/alpine:3.20",
        "team/web, docker.io/team/web:latest",
        "index.docker.io/alpine, docker.io/library/alpine:latest",
        "registry-1.docker.io/a/b:c, docker.io/a/b:c",
        "localhost/web, localhost/web:latest",
        "Registry.Example.COM:5000/a/b, registry.example.com:5000/a/b:latest",
        "host, host",
        "host:1, docker.io/library/host:1",
        "oci:/srv/a, oci:/srv/a",
        "oci:/srv/a:b/c:v1, oci:/srv/a:b/c:v1",
        "docker-archive:/srv/a.tar, docker-archive:/srv/a.tar",
        "dir:/srv/a, dir:/srv/a"
    })
    void shouldWriteReferencesOutInFull(String text, String reference) {
        Image image = valueOf(Image.parse("image", text));
        assertThat(image.reference()).isEqualTo(reference);
        assertThat(valueOf(Image.parse("image", reference))).isEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Alpine | image: Alpine must be host, dir:/path, oci:/path[:tag], docker-archive:/file or an image of a registry,"
                        + " as alpine:3.20 or registry.example.com:5000/team/web@sha256:…",
                "a@sha256:0 | image: a@sha256:0 has a digest that is not sha256: and 64 of 0-9 and a-f",
                "a:.b | image: a:.b has the tag '.b': write 1 to 128 letters, digits and _ . -, the first no . or -",
                "a_.b/c | image: a_.b/c names a registry that is no host, as registry.example.com:5000",
                "oci:a | image: oci:a must be an absolute path: begin it with /"
            })
    void shouldSayWhatIsWrongWithOneThatIsNone(String text, String message) {
        assertThat(textsOf(Image.parse("image", text))).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "team/web:1 | docker.io/team/web:1",
                "registry.lan:5000/web | registry.lan:5000/web:latest",
            })
    void shouldGiveAnImageTheNameOfARegistrys(String text, String reference) {
        assertThat(valueOf(Image.name("name", text)).reference()).isEqualTo(reference);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host | name: host is no name that an image can be given, as team/web:1.0",
                "oci:/srv/web | name: oci:/srv/web is no name that an image can be given, as team/web:1.0",
                "web:. | name: web:. has the tag '.': write 1 to 128 letters, digits and _ . -, the first no . or -",
            })
    void shouldGiveNoOtherName(String text, String refusal) {
        assertThat(textsOf(Image.name("name", text))).containsExactly(refusal);
    }

    @Test
    void shouldNotGiveANameWithADigest() {
        assertThat(textsOf(Image.name("name", "web@sha256:" + "0".repeat(64))))
                .singleElement()
                .asString()
                .endsWith("has a digest, which follows from what the image holds: leave out the @ and what follows it");
    }
}
