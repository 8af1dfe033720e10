package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.launch.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AppArmor profile of a container of an OCI bundle; on a kernel without AppArmor, that none is promised. */
@Tag("root")
class ExactAppArmorTest {
    /** Loaded by every keeper, and for containers of bundles one like any other. */
    private static final String LOADED = "holdfast-default";

    private static final String ATTRIBUTE = "attr/current";

    @TempDir
    Path directory;

    private KeeperFixture node;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY + "exact: true\n").start();
        bundle = new Bundle(directory.resolve("bundle"), TestImage.make(directory));
        bundle.script("cat /proc/self/" + ATTRIBUTE + " 2>/dev/null || true");
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private static boolean hasAppArmor() throws IOException {
        Path enabled = Path.of("/sys/module/apparmor/parameters/enabled");
        return Files.exists(enabled) && Files.readString(enabled).startsWith("Y");
    }

    private Bundle profile(String name) {
        bundle.at("/process").put("apparmorProfile", name);
        return bundle;
    }

    private int create(String id) throws IOException {
        return node.client.call(bundle.request(id), Reply.Started.class).pid();
    }

    private String output(String id) throws Exception {
        node.client.call(new Request.StartCreated(id), Reply.Started.class);
        assertThat(node.exit(id).code()).isZero();
        return node.log(id, "stdout");
    }

    @Test
    void shouldBeConfinedByItsProfileFromItsProgramOn() throws Exception {
        profile(LOADED);
        if (!hasAppArmor()) {
            assertThatThrownBy(() -> create("c1"))
                    .hasMessageContaining("process.apparmorProfile: profile holdfast-default cannot be")
                    .hasMessageContaining("this kernel has no AppArmor");
            return;
        }

        int pid = create("c1");

        // the profile is the program's: what sets the container up needs more than that allows
        assertThat(Path.of("/proc/" + pid, ATTRIBUTE)).hasContent("unconfined\n");
        assertThat(output("c1")).isEqualTo("holdfast-default (enforce)\n");
    }

    @Test
    void shouldBeConfinedByItsProfileWhenALaterKeeperStartsIt() throws Exception {
        profile(hasAppArmor() ? LOADED : "unconfined");
        create("c1");
        node.stop();
        node.start();

        assertThat(output("c1")).isEqualTo(hasAppArmor() ? "holdfast-default (enforce)\n" : "");
    }

    /** Its configuration stands as it is: what other containers have by default is not asked for. */
    @Test
    void shouldBeUnconfinedWhenNoProfileIsNamed() throws Exception {
        create("c1");

        assertThat(output("c1")).isEqualTo(hasAppArmor() ? "unconfined\n" : "");
    }

    @Test
    void shouldMakeNothingWhenItsProfileIsNotLoaded() throws Exception {
        profile("no-such");

        assertThatThrownBy(() -> create("c1"))
                .hasMessageContaining(
                        hasAppArmor()
                                ? "process.apparmorProfile: profile no-such is not loaded on this host"
                                : "process.apparmorProfile: profile no-such cannot be");

        assertThat(node.litter()).isEmpty();
        assertThat(node.client.list().items()).isEmpty();
    }
}
