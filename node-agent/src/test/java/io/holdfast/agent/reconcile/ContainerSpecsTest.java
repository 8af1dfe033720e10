package io.holdfast.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.Confinement;
import io.holdfast.model.job.DisconnectPolicy;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.Image;
import io.holdfast.model.job.JobKey;
import io.holdfast.model.job.NetworkMode;
import io.holdfast.model.job.PullPolicy;
import io.holdfast.model.job.Resources;
import io.holdfast.model.job.RestartPolicy;
import io.holdfast.model.job.TaskDevice;
import io.holdfast.model.job.TaskSpec;
import io.holdfast.model.job.Ulimit;
import io.holdfast.model.job.UpdatePolicy;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.ManifestRow;
import io.holdfast.testkit.Golden;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSpecsTest {
    private static final ManifestRow ROW =
            new ManifestRow("alloc1", new JobKey("default", "hello"), 3, "main", 2, "hash", Desired.RUN);

    private static TaskSpec task(Map<String, String> env, String user, Resources resources) {
        return new TaskSpec(
                "greet",
                new Image.Directory("/srv/root"),
                List.of("/bin/sh", "-c", "echo hello"),
                new TreeMap<>(env),
                user,
                "/work",
                5_000,
                resources);
    }

    private static GroupSpec group(TaskSpec... tasks) {
        return new GroupSpec(
                "main",
                3,
                List.of(),
                NetworkMode.HOST,
                RestartPolicy.DEFAULT,
                UpdatePolicy.DEFAULT,
                DisconnectPolicy.STOP,
                List.of(tasks));
    }

    private static Spec spec(TaskSpec task) {
        return ContainerSpecs.spec("node-1", ROW, task, ImageSight.Ready.BARE.config());
    }

    @Test
    void shouldTranslateAsTheGoldenFileSays() throws Exception {
        Resources resources = new Resources(200, 1_500, 64 << 20, 128 << 20, 64);
        TaskSpec task = task(Map.of("GREETING", "hi"), "1000:1001", resources);
        GroupSpec group = group(Samples.task("other"), task);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        String text = mapper.writeValueAsString(ContainerSpecs.sandbox("cluster-1", ROW, group))
                + "\n"
                + mapper.writeValueAsString(ContainerSpecs.container(
                        "node-1", ROW, group, task, Attempt.begun(4, 2, 0, 0), ImageSight.Ready.BARE))
                + "\n";
        Golden.check("src/test/resources/io/holdfast/agent/reconcile/requests.v1.json", text);
    }

    @Test
    void shouldSayWhatATaskMayDoMoreAndLess() {
        TaskSpec plain = task(Map.of(), "www-data:adm", Resources.DEFAULT);
        TaskSpec task = new TaskSpec(
                plain.name(),
                plain.image(),
                PullPolicy.IF_ABSENT,
                plain.command(),
                List.of(),
                plain.env(),
                plain.user(),
                plain.workDir(),
                "SIGQUIT",
                1_000,
                true,
                new Confinement(
                        List.of("CAP_SYS_TIME"),
                        List.of(Confinement.ALL),
                        true,
                        false,
                        false,
                        "tight",
                        new TreeMap<>(Map.of("net.core.somaxconn", "64")),
                        new TreeMap<>(Map.of("nofile", new Ulimit(10, 20))),
                        List.of(new TaskDevice("/dev/kvm", "rw"))),
                new Resources(100, 0, 64 << 20, 0, 8, 16 << 20, "0-1", 50, 1 << 30));
        Spec spec = spec(task);

        assertThat(spec.process().user().username()).isEqualTo("www-data:adm");
        assertThat(spec.process().capabilities()).isEqualTo(Spec.Capabilities.of(List.of("CAP_SYS_TIME")));
        assertThat(spec.process().noNewPrivileges()).isFalse();
        assertThat(spec.process().apparmorProfile()).isEqualTo("tight");
        assertThat(spec.process().rlimits()).containsExactly(new Spec.Rlimit("RLIMIT_NOFILE", 10, 20));
        assertThat(spec.root().readonly()).isTrue();
        assertThat(spec.linux().sysctl()).containsEntry("net.core.somaxconn", "64");
        assertThat(spec.linux().seccomp().defaultAction()).isEqualTo("SCMP_ACT_ALLOW");
        Spec.Resources limits = spec.linux().resources();
        assertThat(limits.memory().swap() - limits.memory().limit()).isEqualTo(16 << 20);
        assertThat(limits.cpu().cpus()).isEqualTo("0-1");
        assertThat(limits.blockIo().weight()).isEqualTo(50);
        Request.StartContainer start = ContainerSpecs.container(
                "node-1", ROW, group(task), task, Attempt.begun(0, 0, 0, 0), ImageSight.Ready.BARE);
        assertThat(start.init()).isTrue();
        assertThat(start.diskBytes()).isEqualTo(1 << 30);
        assertThat(start.hostDevices()).containsExactly(new Request.HostDevice("/dev/kvm", "rw"));
        assertThat(start.annotations()).containsEntry(Annotations.STOP_SIGNAL, "3");
    }

    @Test
    void shouldDropOneAndKeepTheOthers() {
        Confinement without = new Confinement(
                List.of(), List.of("CAP_KILL"), false, true, true, "", new TreeMap<>(), new TreeMap<>(), List.of());
        assertThat(Rights.capabilities(without).bounding())
                .hasSize(Spec.Capabilities.DEFAULT.bounding().size() - 1)
                .doesNotContain("CAP_KILL");
        assertThat(Rights.capabilities(Confinement.USUAL)).isSameAs(Spec.Capabilities.DEFAULT);
    }

    @Test
    void shouldTellRootOfAnImageItsHome() {
        TaskSpec bare = task(Map.of(), "0", Resources.DEFAULT);
        assertThat(spec(bare).process().env()).noneMatch(line -> line.startsWith("HOME="));
        assertThat(spec(layered(Map.of())).process().env()).contains("HOME=/root");
        assertThat(spec(layered(Map.of("HOME", "/own"))).process().env()).contains("HOME=/own");
    }

    private static TaskSpec layered(Map<String, String> env) {
        Image image = new Image.Registry("docker.io", "library/alpine", "3", "");
        return new TaskSpec("greet", image, List.of("/bin/sh"), new TreeMap<>(env), "", "", 5_000, Resources.DEFAULT);
    }

    @Test
    void shouldLetTheJobChooseThePathButNotWhatMustBeTrue() {
        Spec spec = spec(task(Map.of("PATH", "/opt/bin", "HOLDFAST_TASK", "liar"), "0", Resources.DEFAULT));

        assertThat(spec.process().env()).contains("PATH=/opt/bin", "HOLDFAST_TASK=greet", "HOLDFAST_NODE=node-1");
    }

    @ParameterizedTest
    @CsvSource({"0,2", "1,2", "100,102", "1000,1024", "1000000,262144"})
    void shouldTurnThousandthsOfACoreIntoSharesWithinTheKernelsBounds(long millis, long shares) {
        Resources resources = new Resources(millis, 0, 1 << 20, 0, 1);

        Spec.Cpu cpu = spec(task(Map.of(), "0", resources)).linux().resources().cpu();
        assertThat(cpu).isEqualTo(new Spec.Cpu(shares, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"1,1000", "10,1000", "500,50000", "2000,200000"})
    void shouldTurnAMaximumIntoAQuotaTheKernelTakes(long millis, long quota) {
        Resources resources = new Resources(100, millis, 1 << 20, 0, 1);

        Spec.Cpu cpu = spec(task(Map.of(), "0", resources)).linux().resources().cpu();
        assertThat(cpu.quota()).isEqualTo(quota);
        assertThat(cpu.period()).isEqualTo(100_000);
    }

    @Test
    void shouldGiveAGroupIdWhereOnlyAUserIsNamed() {
        assertThat(spec(task(Map.of(), "33", Resources.DEFAULT)).process().user())
                .isEqualTo(new Spec.User(33, 33, List.of()));
    }

    @Test
    void shouldKeepTheIndexInAHostNameThatIsCut() {
        ManifestRow row = new ManifestRow(
                "a", new JobKey("default", "j".repeat(60)), 1, "g".repeat(60), 1234, "hash", Desired.RUN);

        assertThat(ContainerSpecs.hostname(row)).hasSize(63).endsWith("-1234").startsWith("jjj");
        assertThat(ContainerSpecs.hostname(ROW)).isEqualTo("hello-main-2");
    }

    @Test
    void shouldGiveEveryRunAnIdOfItsOwnThatTheKeeperTakes() {
        TaskSpec one = Samples.task("one");
        TaskSpec two = Samples.task("two");
        GroupSpec group = group(one, two);
        Request.StartContainer first =
                ContainerSpecs.container("n", ROW, group, one, Attempt.begun(0, 0, 0, 0), ImageSight.Ready.BARE);
        Request.StartContainer again =
                ContainerSpecs.container("n", ROW, group, one, Attempt.begun(1, 0, 0, 0), ImageSight.Ready.BARE);
        Request.StartContainer other =
                ContainerSpecs.container("n", ROW, group, two, Attempt.begun(0, 0, 0, 0), ImageSight.Ready.BARE);

        assertThat(List.of(first.id(), again.id(), other.id()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9][a-z0-9-]{0,63}"));
    }
}
