package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.error.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {
    @TempDir
    Path directory;

    private Path images;
    private Path data;

    @BeforeEach
    void makeDirectories() throws Exception {
        directory = directory.toRealPath();
        images = Files.createDirectories(directory.resolve("images/busybox"));
        data = Files.createDirectory(directory.resolve("images/data"));
    }

    @Test
    void shouldRefuseAllButPrivateContainersByDefault() throws Exception {
        Policy policy = KeeperFixture.ok(Policy.read(Path.of(""), List.of()));

        policy.check(sandbox("private", true));
        assertRefused("host-network: true", () -> policy.check(sandbox("host", true)));
        assertRefused("host-user: true", () -> policy.check(sandbox("private", false)));
        assertRefused("host-image: true", () -> policy.checkedRoot("host"));
        assertRefused("directories:", () -> policy.checkedRoot("dir:" + images));
        assertThat(policy.words()).isEmpty();
    }

    @Test
    void shouldPermitWhatTheFileSays() throws Exception {
        Policy policy = policy("host-image: true\nhost-network: true\nhost-user: true\ndirectories: [%s]\n"
                .formatted(directory.resolve("images")));

        policy.check(sandbox("host", false));
        assertThat(policy.checkedRoot("host")).isEqualTo("host");
        assertThat(policy.checkedRoot("dir:" + images)).isEqualTo("dir:" + images);
        assertThat(policy.words())
                .containsExactly("host-image", "host-network", "host-user", "directory:" + directory.resolve("images"));
    }

    @Test
    void shouldFollowLinksBeforeItDecides() throws Exception {
        Policy policy = policy("directories: [%s]\n".formatted(directory.resolve("images")));
        Files.createSymbolicLink(directory.resolve("images/out"), Path.of("/etc"));
        Files.createSymbolicLink(directory.resolve("in"), images);

        assertRefused("directories:", () -> policy.checkedRoot("dir:" + directory.resolve("images/out")));
        assertRefused("directories:", () -> policy.checkedRoot("dir:" + images + "/../../../../etc"));
        assertThat(policy.checkedRoot("dir:" + directory.resolve("in"))).isEqualTo("dir:" + images);
        assertThatThrownBy(() -> policy.checkedRoot("dir:" + directory.resolve("images/none")))
                .hasMessageContaining("is not there");
        assertThatThrownBy(() -> policy.checkedRoot("dir:relative")).hasMessageContaining("neither host, dir:");
    }

    @Test
    void shouldNeverGiveTheKeepersOwnDirectories() throws Exception {
        Policy policy = policy("directories: [/]\n");

        assertRefused("the keeper's own", () -> policy.checkedRoot("dir:" + data));
        assertRefused("the keeper's own", () -> policy.checkedRoot("dir:" + directory));
        assertRefused("the keeper's own", () -> policy.checkedRoot("dir:/"));
        assertThat(policy.checkedRoot("dir:" + images)).isEqualTo("dir:" + images);
    }

    @Test
    void shouldCheckMountsAsItChecksRoots() throws Exception {
        Policy policy = policy("directories: [%s]\n".formatted(directory.resolve("images")));

        assertThat(policy.checkedMounts(List.of(
                        new Spec.Mount("/a", "bind", images.toString(), List.of("ro")),
                        new Spec.Mount("/b", "tmpfs", "tmpfs", List.of()))))
                .hasSize(2);
        assertRefused(
                "directories:",
                () -> policy.checkedMounts(List.of(new Spec.Mount("/a", "none", "/etc", List.of("rbind")))));
        assertThatThrownBy(() -> policy.checkedMounts(List.of(new Spec.Mount("/a", "ext4", "/dev/vda", List.of()))))
                .hasMessageContaining("mount type ext4");
    }

    @Test
    void shouldRefuseUnknownKeysWithSuggestion() throws Exception {
        Path file = Files.writeString(directory.resolve("policy.yaml"), "host-imgae: true\n");

        Outcome<Policy> outcome = Policy.read(file, List.of());

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.errors().toString())
                                .contains("host-imgae")
                                .contains("host-image"));
    }

    private Policy policy(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("policy.yaml"), text);
        return KeeperFixture.ok(Policy.read(file, List.of(data)));
    }

    private static Request.CreateSandbox sandbox(String network, boolean userNamespace) {
        return new Request.CreateSandbox("s1", "s1", network, userNamespace, false, Map.of());
    }

    interface Attempt {
        void run() throws Exception;
    }

    private static void assertRefused(String message, Attempt attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.error().code()).isEqualTo("refused-by-policy"))
                .hasMessageContaining(message);
    }
}
