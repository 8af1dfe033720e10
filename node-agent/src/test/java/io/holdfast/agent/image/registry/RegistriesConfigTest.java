package io.holdfast.agent.image.registry;

import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesConfigTest {
    @TempDir
    Path directory;

    @Test
    void shouldReadAllKeys() throws Exception {
        Path file = file("""
                docker-config: docker.json
                registries:
                  docker.io:
                    mirrors: ["mirror.lan:5000", harbor.lan/hub/cache]
                  "mirror.lan:5000":
                    plain-http: true
                  harbor.lan:
                    ca-file: /etc/holdfast/ca.pem
                """);

        assertThat(valueOf(RegistriesConfig.read(file)))
                .isEqualTo(new RegistriesConfig(
                        directory.resolve("docker.json"),
                        Map.of(
                                "docker.io",
                                new RegistriesConfig.Registry(
                                        List.of(
                                                new RegistriesConfig.Mirror("mirror.lan:5000", ""),
                                                new RegistriesConfig.Mirror("harbor.lan", "hub/cache")),
                                        RegistriesConfig.NO_FILE,
                                        false),
                                "mirror.lan:5000",
                                new RegistriesConfig.Registry(List.of(), RegistriesConfig.NO_FILE, true),
                                "harbor.lan",
                                new RegistriesConfig.Registry(List.of(), Path.of("/etc/holdfast/ca.pem"), false))));
    }

    @Test
    void shouldTakeAFileOfCommentsForTheDefaults() throws Exception {
        assertThat(valueOf(RegistriesConfig.read(file("# nothing yet\n")))).isEqualTo(RegistriesConfig.DEFAULT);
    }

    @Test
    void shouldTellAllThatIsWrong() throws Exception {
        Path file = file("""
                docker-confg: x
                registries:
                  https://r.lan:
                    plain-http: true
                  index.docker.io: {}
                  r.lan:
                    mirors: []
                    mirrors: ["http://m.lan"]
                    plain-http: true
                    ca-file: ca.pem
                """);

        assertThat(String.join("\n", textsOf(RegistriesConfig.read(file))))
                .contains("docker-confg: is not a field, did you mean 'docker-config'")
                .contains("https://r.lan is no registry")
                .contains("index.docker.io stands for Docker Hub: write docker.io")
                .contains("did you mean 'mirrors'")
                .contains("http://m.lan is no mirror: write host, host:port or host/path, without a scheme")
                .contains("makes ca-file meaningless");
        assertThat(textsOf(RegistriesConfig.read(directory.resolve("gone")))).hasSize(1);
    }

    @Test
    void shouldFindDockerHub() {
        Endpoint hub = new Endpoint("docker.io", "library/alpine", RegistriesConfig.Registry.DEFAULT, false);

        assertThat(hub.manifest("3.20")).hasToString("https://registry-1.docker.io/v2/library/alpine/manifests/3.20");
        String digest = "sha256:" + "0".repeat(64);
        assertThat(hub.blob(digest)).hasToString("https://registry-1.docker.io/v2/library/alpine/blobs/" + digest);
        Endpoint bare = new Endpoint("registry", "a/b/c", RegistriesConfig.Registry.DEFAULT, false);
        assertThat(bare.manifest(digest)).hasToString("https://registry/v2/a/b/c/manifests/" + digest);
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("registries.yaml"), yaml);
    }
}
