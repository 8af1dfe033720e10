package io.holdfast.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTest {
    @TempDir
    Path directory;

    @Test
    void shouldFindTheMostSpecificEntry() throws Exception {
        DockerConfig config = config("{\"auths\":{\"r.lan\":{\"auth\":\"" + base64("a:1")
                + "\"},\"r.lan/team\":{\"auth\":\"" + base64("b:2:3")
                + "\"},\"https://index.docker.io/v1/\":{\"auth\":\"" + base64("hub:4") + "\"}}}");

        assertThat(config.find("r.lan", "app").user()).isEqualTo("a");
        assertThat(config.find("r.lan", "team/app").user()).isEqualTo("b");
        assertThat(config.find("r.lan", "team/app").password().reveal()).isEqualTo("2:3");
        assertThat(config.find("docker.io", "library/alpine").user()).isEqualTo("hub");
        assertThat(config.find("r.lan:5000", "app").none()).isTrue();
        assertThat(config.find("r.lan", "team/app").toString()).doesNotContain("2:3");
    }

    @Test
    void shouldRunNoHelperAndSaySo() throws Exception {
        DockerConfig config =
                config("{\"auths\":{\"r.lan\":{}},\"credsStore\":\"desktop\",\"credHelpers\":{\"e.lan\":\"ecr\"}}");

        assertThatThrownBy(() -> config.find("r.lan", "app"))
                .hasMessageContaining("in the helper docker-credential-desktop, and helpers are not run");
        assertThatThrownBy(() -> config.find("e.lan", "app")).hasMessageContaining("docker-credential-ecr");
        assertThat(config.find("public.lan", "app").none()).isTrue();
    }

    @Test
    void shouldNotShowWhatItCannotRead() throws Exception {
        DockerConfig config = config(
                "{\"auths\":{\"r.lan\":{\"auth\":\"s3cret!\"},\"q.lan\":{\"auth\":\"" + base64("s3cret") + "\"}}}");

        assertThatThrownBy(() -> config.find("r.lan", "app"))
                .hasMessageEndingWith("auth of r.lan is not the Base64 of user:password")
                .hasNoCause();
        assertThatThrownBy(() -> config.find("q.lan", "app"))
                .hasMessageEndingWith("auth of q.lan is not the Base64 of user:password");
        assertThatThrownBy(() -> config("{\"auths\": s3cret}").find("r.lan", "app"))
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    private DockerConfig config(String json) throws IOException {
        return new DockerConfig(Files.writeString(directory.resolve("config.json"), json));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes());
    }
}
