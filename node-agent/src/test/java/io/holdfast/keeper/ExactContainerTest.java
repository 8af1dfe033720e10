package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.launch.TestImage;
import io.holdfast.keeper.oci.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that take an OCI configuration as it stands: the specification's life cycle, hooks and roots built to attack. */
@Tag("root")
class ExactContainerTest {
    @TempDir
    Path directory;

    private KeeperFixture node;
    private Path rootfs;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        Root.required();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY + "exact: true\n").start();
        rootfs = TestImage.make(directory);
        bundle = new Bundle(directory.resolve("bundle"), rootfs);
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private Reply.Started create(String id) throws IOException {
        return node.client.call(bundle.request(id), Reply.Started.class);
    }

    private void startCreated(String id) throws IOException {
        node.client.call(new Request.StartCreated(id), Reply.Started.class);
    }

    private State state(String id) throws IOException {
        return node.client
                .call(new Request.ContainerState(id), Reply.OciState.class)
                .state();
    }

    private String run(String id) throws Exception {
        create(id);
        startCreated(id);
        node.exit(id);
        return node.log(id, "stdout") + node.log(id, "stderr");
    }

    @Test
    void shouldRunNothingOfTheUsersUntilItIsStarted() throws Exception {
        bundle.script("echo ran; exit 7");

        int pid = create("c1").pid();

        assertThat(state("c1").status()).isEqualTo("created");
        assertThat(state("c1").pid()).isEqualTo(pid);
        assertThat(state("c1").id()).isEqualTo("c1.name");
        assertThat(state("c1").annotations()).containsEntry("org.example.key", "value");
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString())
                .contains("memfd:holdfast-created");

        startCreated("c1");
        Reply.Exit exit = node.exit("c1");

        assertThat(exit.code()).isEqualTo(7);
        assertThat(state("c1").status()).isEqualTo("stopped");
        assertThat(state("c1").pid()).isZero();
        assertThat(node.log("c1", "stdout")).isEqualTo("ran\n");
    }

    @Test
    void shouldShareNothingWithTheKeeperWhileItWaits() throws Exception {
        int pid = create("c1").pid();

        String maps = Files.readString(Path.of("/proc/" + pid + "/maps"));

        assertThat(maps).doesNotContain("libjvm").contains("memfd:holdfast-created");
        try (var fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            assertThat(fds.map(fd -> fd.getFileName().toString()))
                    .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6");
        }
        // not dumpable: its files in /proc are root's of the host
        assertThat(Files.getAttribute(Path.of("/proc/" + pid + "/environ"), "unix:uid"))
                .isEqualTo(0);
    }

    @Test
    void shouldStartWhatAnEarlierKeeperCreated() throws Exception {
        bundle.script("echo started; exit 3");
        create("c1");
        node.stop();
        node.start();

        assertThat(state("c1").status()).isEqualTo("created");
        startCreated("c1");

        node.exit("c1");
        assertThat(state("c1").status()).isEqualTo("stopped");
        assertThat(node.log("c1", "stdout")).isEqualTo("started\n");
    }

    @Test
    void shouldFindWhatRunsRunningWhenTheKeeperIsNew() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", rootfs.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        bundle.script("exec cat /fifo");
        create("c1");
        startCreated("c1");
        node.stop();
        node.start();

        assertThat(state("c1").status()).isEqualTo("running");
        assertThatThrownBy(() -> startCreated("c1")).hasMessageContaining("not created");
    }

    @Test
    void shouldRefuseASecondContainerOfTheSameId() throws Exception {
        create("c1");

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("is there already");

        assertThat(state("c1").status()).isEqualTo("created");
    }

    @Test
    void shouldRefuseToStartTwice() throws Exception {
        run("c1");

        assertThatThrownBy(() -> startCreated("c1")).hasMessageContaining("is stopped, not created");
    }

    @Test
    void shouldSayWhyAProgramCouldNotBeExecuted() throws Exception {
        bundle.args("/bin/no-such-program");
        create("c1");

        assertThatThrownBy(() -> startCreated("c1"))
                .hasMessageContaining("program /bin/no-such-program is not in the image");

        assertThat(node.exit("c1").code()).isEqualTo(1);
        assertThat(state("c1").status()).isEqualTo("stopped");
    }

    @Test
    void shouldEndACreatedContainerByASignal() throws Exception {
        create("c1");
        node.client.signal("c1", 9);

        assertThat(node.exit("c1").signal()).isEqualTo(9);
        assertThatThrownBy(() -> startCreated("c1")).hasMessageContaining("is stopped");
    }

    @Test
    void shouldLeaveNothingWhenACreatedContainerIsRemoved() throws Exception {
        create("c1");

        node.client.removeSandbox("c1");

        assertThat(node.litter()).isEmpty();
        assertThat(node.mounts()).isEmpty();
    }

    @Test
    void shouldLeaveNothingWhenTheCreationFails() throws Exception {
        bundle.mount("{\"destination\":\"/x\",\"type\":\"bind\",\"source\":\"/no/such/place\",\"options\":[\"bind\"]}");

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("mounts[4].source: /no/such/place is not there");

        assertThat(node.litter()).isEmpty();
        assertThat(node.client.list().items()).isEmpty();
    }

    @Test
    void shouldNotBeAllowedWithoutThePolicysWord() throws Exception {
        node.close();
        Files.delete(directory.resolve("policy.yaml"));
        node = new KeeperFixture(directory, Launchers::open, KeeperFixture.POLICY).start();

        assertThatThrownBy(() -> create("c1"))
                .hasMessageContaining("refused-by-policy")
                .hasMessageContaining("exact: true");
    }

    @Test
    void shouldWriteIntoTheBundlesRoot() throws Exception {
        bundle.script("echo from-inside > /written");

        run("c1");

        assertThat(rootfs.resolve("written")).hasContent("from-inside\n");
    }

    @Test
    void shouldHaveTheNamespacesThatAreNamedAndTheHostsElse() throws Exception {
        int pid = create("c1").pid();

        for (String own : List.of("pid", "net", "ipc", "uts", "mnt")) {
            assertThat(namespace(pid, own)).as(own).isNotEqualTo(namespace("self", own));
        }
        for (String host : List.of("user", "cgroup")) {
            assertThat(namespace(pid, host)).as(host).isEqualTo(namespace("self", host));
        }
    }

    @Test
    void shouldJoinNamespacesByPath() throws Exception {
        int first = create("c1").pid();
        bundle = new Bundle(directory.resolve("bundle"), rootfs);
        for (var namespace : bundle.list("/linux/namespaces")) {
            String type = namespace.get("type").asText();
            if (!type.equals("mount")) {
                String name = type.equals("network") ? "net" : type;
                ((com.fasterxml.jackson.databind.node.ObjectNode) namespace)
                        .put("path", "/proc/" + first + "/ns/" + name);
            }
        }

        int second = create("c2").pid();

        for (String shared : List.of("pid", "net", "ipc", "uts")) {
            assertThat(namespace(second, shared)).as(shared).isEqualTo(namespace(first, shared));
        }
        assertThat(namespace(second, "mnt")).isNotEqualTo(namespace(first, "mnt"));
    }

    @Test
    void shouldRefuseAPathThatIsNoNamespaceOfItsType() throws Exception {
        bundle.list("/linux/namespaces").removeAll();
        bundle.list("/linux/namespaces").add(Bundle.json("{\"type\":\"mount\"}"));
        bundle.list("/linux/namespaces").add(Bundle.json("{\"type\":\"uts\",\"path\":\"/proc/self/ns/net\"}"));

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("is not a uts namespace");
        assertThat(node.litter()).isEmpty();
    }

    @Test
    void shouldMapIdsAsGiven() throws Exception {
        Files.walk(rootfs).forEach(file -> chown(file, 700_000));
        bundle.userNamespace().script("echo uid $(cat /proc/self/uid_map); echo x > /mine; echo y > /dev/null");

        assertThat(run("c1")).startsWith("uid 0 700000 65536");

        assertThat(Files.getAttribute(rootfs.resolve("mine"), "unix:uid")).isEqualTo(700_000);
    }

    private static void chown(Path file, int id) {
        try {
            Files.setAttribute(file, "unix:uid", id, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", id, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String namespace(Object pid, String type) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + type)).toString();
    }

    @Test
    void shouldRunHooksInTheirOrderAndPlaces() throws Exception {
        Path trace = directory.resolve("trace");
        String note = "echo %s $(cat | grep -o '\"status\":\"[a-z]*\"') >> " + trace;
        for (String kind : List.of("prestart", "createRuntime", "createContainer", "poststart", "poststop")) {
            bundle.hook(kind, note.formatted(kind));
        }
        bundle.hook("startContainer", "echo startContainer > /from-hook");
        bundle.script("cat /from-hook");

        create("c1");
        assertThat(Files.readAllLines(trace))
                .containsExactly(
                        "prestart \"status\":\"creating\"",
                        "createRuntime \"status\":\"creating\"",
                        "createContainer \"status\":\"creating\"");
        assertThat(rootfs.resolve("from-hook")).doesNotExist();

        startCreated("c1");
        node.exit("c1");
        assertThat(node.log("c1", "stdout")).isEqualTo("startContainer\n");
        node.client.removeSandbox("c1");

        assertThat(Files.readAllLines(trace))
                .hasSize(5)
                .endsWith("poststart \"status\":\"running\"", "poststop \"status\":\"stopped\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer"})
    void shouldMakeNothingWhenAHookOfTheCreationFails(String kind) throws Exception {
        Path trace = directory.resolve("trace");
        bundle.hook(kind, "exit 3").hook("poststop", "echo stopped > " + trace);

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("hooks." + kind + "[0]");

        assertThat(node.litter()).isEmpty();
        assertThat(trace).hasContent("stopped\n");
    }

    @Test
    void shouldStopTheContainerWhenItsOwnHookFails() throws Exception {
        bundle.hook("startContainer", "exit 3").script("echo ran");
        create("c1");

        assertThatThrownBy(() -> startCreated("c1")).hasMessageContaining("hooks.startContainer[0]");

        node.exit("c1");
        assertThat(node.log("c1", "stdout")).isEmpty();
    }

    @Test
    void shouldGoOnWhenAHookAfterTheStartFails() throws Exception {
        bundle.hook("poststart", "exit 3").script("exit 5");

        run("c1");

        assertThat(node.exit("c1").code()).isEqualTo(5);
    }

    @Test
    void shouldEndAHookThatTakesTooLong() throws Exception {
        bundle.hook("createRuntime", "exec sleep 1000");
        ((com.fasterxml.jackson.databind.node.ObjectNode)
                        bundle.config.get("hooks").get("createRuntime").get(0))
                .put("timeout", 1);

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("did not end within 1 s");
        assertThat(node.litter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/proc, tmpfs", "/proc/self, tmpfs", "/proc/sys, bind", "/proc/self/attr, tmpfs", "/, tmpfs"})
    void shouldRefuseAMountThatCouldPlayTheSystem(String destination, String type) throws Exception {
        bundle.mount("{\"destination\":\"%s\",\"type\":\"%s\",\"source\":\"/tmp\"}".formatted(destination, type));

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("mounts[4].destination");
        assertThat(node.litter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "dev", "sys"})
    void shouldRefuseASystemDirectoryThatIsALink(String name) throws Exception {
        Path target = Files.createDirectory(directory.resolve("target"));
        Files.deleteIfExists(rootfs.resolve(name));
        Files.createSymbolicLink(rootfs.resolve(name), target);

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("no symbolic link");

        assertThat(target).isEmptyDirectory();
        assertThat(node.litter()).isEmpty();
    }

    @Test
    void shouldKeepAMountInsideWhenItsWayLeadsOut() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(rootfs.resolve("way"), outside);
        bundle.mount("{\"destination\":\"/way/in\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}");

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("way");

        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void shouldRefuseAMountThatALinkLeadsIntoProc() throws Exception {
        Files.createSymbolicLink(rootfs.resolve("way"), Path.of("proc"));
        bundle.mount("{\"destination\":\"/way/sys\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}");

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("leads into /proc");
    }

    @Test
    void shouldRefuseADeviceThatIsAnother() throws Exception {
        Path dev = Files.createDirectories(rootfs.resolve("dev"));
        Files.write(dev.resolve("null"), new byte[0]);
        bundle.list("/mounts").remove(1);
        bundle.list("/mounts").remove(1);

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("/dev/null of the root is the device c 1:3");
        assertThat(dev.resolve("null")).isEmptyFile();
    }

    @Test
    void shouldRefuseAWorkingDirectoryOutsideTheRoot() throws Exception {
        ((com.fasterxml.jackson.databind.node.ObjectNode) bundle.config.get("process")).put("cwd", "/proc/self/fd/6");
        create("c1");

        assertThatThrownBy(() -> startCreated("c1")).hasMessageContaining("working directory /proc/self/fd/6");
    }

    @Test
    void shouldMaskAndProtectWhatIsListedAndNothingElse() throws Exception {
        Files.createDirectories(rootfs.resolve("secret"));
        Files.writeString(rootfs.resolve("secret/file"), "hidden");
        Files.writeString(rootfs.resolve("plain"), "shown");
        bundle.list("/linux/maskedPaths").add("/secret").add("/etc/secret").add("/not/there");
        bundle.list("/linux/readonlyPaths").add("/plain");
        bundle.script("ls /secret; cat /etc/secret; cat /plain; echo no > /plain");

        assertThat(run("c1")).startsWith("shown").containsIgnoringCase("read-only");
        assertThat(rootfs.resolve("plain")).hasContent("shown");
    }

    @Test
    void shouldNotFollowALinkToMask() throws Exception {
        Files.createSymbolicLink(rootfs.resolve("link"), Path.of("/etc"));
        bundle.list("/linux/maskedPaths").add("/link/secret");

        assertThatThrownBy(() -> create("c1")).hasMessageContaining("/link/secret can be found in the root without");
    }

    @Test
    void shouldHandItsMountsToNobodyOnTheHost() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        bundle.mount("{\"destination\":\"/shared\",\"type\":\"bind\",\"source\":\"%s\",\"options\":[\"rbind\"]}"
                .formatted(shared));
        bundle.mount("{\"destination\":\"/shared/inner\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}");

        create("c1");

        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("shared/inner");
    }

    @Test
    void shouldLieInTheCgroupThatIsNamedBelowTheKeepersOwn() throws Exception {
        ((com.fasterxml.jackson.databind.node.ObjectNode) bundle.config.get("linux"))
                .put("cgroupsPath", "/pod.slice/box");

        int pid = create("c1").pid();

        assertThat(Files.readString(Path.of("/proc/" + pid + "/cgroup")))
                .contains(node.config.cgroupParent() + "/c1/pod.slice/box");
        node.stop();
        node.start();
        startCreated("c1");
        assertThat(node.exit("c1").code()).isZero();
    }

    @Test
    void shouldWaitInAGateThatOthersCannotOpen() throws Exception {
        create("c1");

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("run/containers/c1/gate"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldSurviveTheKeepersDeathWhileManyAreCreated() throws Exception {
        for (int i = 0; i < 5; i++) {
            create("c" + i);
        }
        node.stop();
        node.start();
        try (KeeperClient second = KeeperClient.connect(node.config.socket())) {
            assertThat(second.list().items()).hasSize(5);
        }
        for (int i = 0; i < 5; i++) {
            startCreated("c" + i);
            node.exit("c" + i);
        }
    }
}
