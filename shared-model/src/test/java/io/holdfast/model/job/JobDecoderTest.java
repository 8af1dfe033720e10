package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.job.PlacementPolicy.Affinity;
import io.holdfast.model.job.PlacementPolicy.Distinct;
import io.holdfast.model.job.PlacementPolicy.Spread;
import io.holdfast.testkit.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobDecoderTest {

    @Test
    void shouldReadEveryField() {
        TaskSpec one = new TaskSpec(
                "one",
                new Image.Directory("/srv/root"),
                List.of("/bin/web", "-v"),
                new TreeMap<>(Map.of("A", "1", "B", "2")),
                "1000:100",
                "/srv",
                30_000,
                new Resources(200, 2_000, 64 << 20, 1 << 30, 64));
        TaskSpec two = new TaskSpec(
                "two", Image.HOST, List.of("/bin/sidecar"), new TreeMap<>(), "0", "/", 10_000, Resources.DEFAULT);
        GroupSpec main = new GroupSpec(
                "main",
                2,
                List.of(
                        new Constraint("node.arch", Constraint.Operator.EQUAL, "amd64"),
                        new Constraint("node.kernel", Constraint.Operator.NOT_EQUAL, "5.4")),
                NetworkMode.HOST,
                new RestartPolicy(5, 2_000),
                new UpdatePolicy(3_000),
                DisconnectPolicy.STOP,
                List.of(one, two));
        GroupSpec other = new GroupSpec(
                "other",
                1,
                List.of(),
                NetworkMode.PRIVATE,
                new RestartPolicy(3, 1_000),
                new UpdatePolicy(10_000),
                DisconnectPolicy.KEEP,
                List.of(new TaskSpec(
                        "one",
                        Image.HOST,
                        List.of("/bin/true"),
                        new TreeMap<>(),
                        "0",
                        "/",
                        10_000,
                        Resources.DEFAULT)));
        assertThat(valueOf(JobDecoder.decode(bytes(JobDocuments.FULL), MediaType.YAML)))
                .isEqualTo(new JobSpec("web", JobType.SERVICE, 70, List.of(main, other)));
    }

    @Test
    void shouldReadWhatATaskMayDoMoreAndLess() {
        String document = """
                job: a
                type: batch
                groups:
                  - name: g
                    userNamespace: false
                    tasks:
                      - name: t
                        image: host
                        command: [x]
                        user: www-data:adm
                        stopSignal: quit
                        init: true
                        capabilities: {add: [sys_time, CAP_NET_ADMIN], drop: [ALL]}
                        readOnlyRoot: true
                        noNewPrivileges: false
                        seccomp: unconfined
                        apparmorProfile: tight/one
                        sysctls: {net.core.somaxconn: "1024"}
                        ulimits: {nofile: {soft: 10, hard: 20}, core: 0}
                        devices: [/dev/fuse, "/dev/net/tun:rw"]
                        resources: {swap: 1Mi, cpuSet: "0-1,3", ioWeight: 10, disk: 1Gi}
                """;
        GroupSpec group = valueOf(JobDecoder.decode(bytes(document), MediaType.YAML))
                .groups()
                .get(0);
        TaskSpec task = group.tasks().get(0);
        assertThat(group.userNamespace()).isFalse();
        assertThat(task.user()).isEqualTo("www-data:adm");
        assertThat(task.stopSignal()).isEqualTo("SIGQUIT");
        assertThat(Signals.number(task.stopSignal())).isEqualTo(3);
        assertThat(task.init()).isTrue();
        assertThat(task.confinement())
                .isEqualTo(new Confinement(
                        List.of("CAP_NET_ADMIN", "CAP_SYS_TIME"),
                        List.of("ALL"),
                        true,
                        false,
                        false,
                        "tight/one",
                        new TreeMap<>(Map.of("net.core.somaxconn", "1024")),
                        new TreeMap<>(Map.of("nofile", new Ulimit(10, 20), "core", new Ulimit(0, 0))),
                        List.of(new TaskDevice("/dev/fuse", "rwm"), new TaskDevice("/dev/net/tun", "rw"))));
        assertThat(task.resources()).isEqualTo(new Resources(100, 0, 128 << 20, 0, 256, 1 << 20, "0-1,3", 10, 1 << 30));
    }

    @Test
    void shouldReadWhichNodesComeIntoQuestion() {
        assertThat(valueOf(JobDecoder.decode(JobDocuments.with("/pool", "gpu"))).scope())
                .isEqualTo(new NodeScope("gpu", List.of()));
        assertThat(valueOf(JobDecoder.decode(JobDocuments.with("/datacenters", "[fra, ams]")))
                        .scope())
                .isEqualTo(new NodeScope("default", List.of("fra", "ams")));
    }

    @Test
    void shouldReadWhereInstancesAreToBe() {
        assertThat(placed().groups().get(0).placement())
                .isEqualTo(new PlacementPolicy(
                        List.of(
                                new Spread("meta.rack", 70, new TreeMap<>(Map.of("a", 60, "b", 40))),
                                new Spread("node.datacenter", 50, new TreeMap<>())),
                        List.of(
                                new Affinity(new Constraint("node.arch", Constraint.Operator.EQUAL, "amd64"), 50),
                                new Affinity(new Constraint("meta.disk", Constraint.Operator.EQUAL, "slow"), -80)),
                        true,
                        List.of(new Distinct("meta.rack", 1), new Distinct("meta.row", 2)),
                        List.of("db", "noisy"),
                        true));
    }

    static JobSpec placed() {
        return valueOf(JobDecoder.decode(JobDocuments.yaml(JobDocuments.PLACED)));
    }

    @Test
    void shouldSayWhatIsWrongWithWhereInstancesAreToBe() {
        String document = """
                job: a
                type: batch
                groups:
                  - name: g
                    count: 5000
                    spread: [{over: rack}, {weight: 101}, {over: "${x}", percents: {a: 60, b: 50}}, {over: "${x}"}]
                    affinity: [{prefer: "node.arch = amd64"}, {prefer: "${a} = b", weight: 0}, {weight: -200}]
                    distinct: [{over: "${meta.rack}", limit: 0}]
                    apartFrom: [The DB, db, db]
                    allOrNothing: true
                    tasks: [{name: t, image: host, command: [x]}]
                """;
        assertThat(textsOf(JobDecoder.decode(bytes(document), MediaType.YAML)))
                .containsExactly(
                        "groups[0].spread[0].over: rack is not an attribute of nodes: write it as '${node.datacenter}'",
                        "groups[0].spread[1].over: is missing: give an attribute of nodes as '${node.datacenter}'",
                        "groups[0].spread[1].weight: 101 is above 100, the most: give 1 to 100",
                        "groups[0].spread[2].percents: 110 in sum is above 100, the whole group: lower them to 100 or less in sum",
                        "groups[0].spread[3].over: ${x} is that of spread[2] already: put them in one",
                        "groups[0].affinity[0].prefer: node.arch = amd64 is not a constraint: write '${node.arch} = amd64', or compare by !=, <, <=, > or >=, or 'in a, b', 'contains a', 'matches ^a', 'version >= 5.10', 'set' or 'unset'",
                        "groups[0].affinity[1].weight: 0 weighs nothing: give 1 to 100 towards such nodes, -100 to -1 away from them",
                        "groups[0].affinity[2].prefer: is missing: give what is preferred of nodes as '${node.arch} = amd64'",
                        "groups[0].affinity[2].weight: -200 is below -100, the least: give -100 to 100",
                        "groups[0].distinct[0].limit: 0 is below 1, the least: give 1 to 100000",
                        "groups[0].apartFrom[0]: The DB must be 1 to 63 lower-case letters, digits and dashes, a letter or digit at both ends, as 'the-db'",
                        "groups[0].apartFrom[2]: db stands twice: name it once",
                        "groups[0].count: 5000 is above 4096 instances that are placed all or none: lower it, or leave allOrNothing out");
    }

    @Test
    void shouldSayWhatAPoolAndADatacenterMayBeCalled() {
        assertThat(textsOf(JobDecoder.decode(JobDocuments.with("/pool", "Big Nodes"))))
                .containsExactly(
                        "pool: Big Nodes must be 1 to 63 lower-case letters, digits and dashes, a letter or digit at both ends, or \"*\" for every pool, as 'big-nodes'");
        assertThat(textsOf(JobDecoder.decode(JobDocuments.with("/datacenters", "[fra, FRA, fra, 5]"))))
                .containsExactly(
                        "datacenters[1]: FRA must be 1 to 63 lower-case letters, digits and dashes, a letter or digit at both ends, as 'fra'",
                        "datacenters[2]: fra stands twice: name it once",
                        "datacenters[3]: 5 must be text, not a number, write it in quotes: \"5\"");
    }

    @Test
    void shouldReadTypesThatDoNotRunYet() {
        for (JobType type : JobType.values()) {
            assertThat(valueOf(JobDecoder.decode(JobDocuments.with("/type", type.text())))
                            .type())
                    .isEqualTo(type);
        }
    }

    @Test
    void shouldTellEveryErrorAtOnce() {
        String document = """
                jobb: x
                type: services
                priority: 0
                groups:
                  - name: Main Group
                    count: 1000000
                    constraint: []
                    network: {mode: bridge}
                    restart: {attempts: -1, delay: 10}
                    tasks:
                      - name: t
                        image: nginx:1.25:latest
                        command: /bin/true
                        env: {1A: x, PORT: 8080, ON: yes}
                        user: ro ot
                        workDir: srv
                        resources: {cpu: -1, memroy: 64Mi, memory: 64Ei, pids: 0}
                      - name: t
                        image: host
                        command: []
                        resources: {memory: 64Mi, memoryMax: 32Mi, cpu: 2, cpuMax: 1}
                """;
        assertThat(textsOf(JobDecoder.decode(bytes(document), MediaType.YAML)))
                .containsExactly(
                        "job: is missing: give a name for the job",
                        "type: services must be one of service, batch, system, periodic, did you mean 'service'",
                        "priority: 0 is below 1, the least: give 1 to 100",
                        "groups[0].name: Main Group must be 1 to 63 lower-case letters, digits and dashes, a letter or digit at both ends, as 'main-group'",
                        "groups[0].count: 1000000 is above 100000 instances of one group: split it over several jobs",
                        "groups[0].network.mode: bridge comes later: private (loopback only) and host (the node's network) work now",
                        "groups[0].restart.attempts: -1 is below 0, the least: give 0 to 1000",
                        "groups[0].restart.delay: 10 has no unit: write a duration as 10s or 500ms",
                        "groups[0].tasks[0].image: nginx:1.25:latest has the tag '1.25:latest': write 1 to 128 letters, digits and _ . -, the first no . or -",
                        "groups[0].tasks[0].command: /bin/true must be a list of words: the program and its arguments, as [/bin/sh, -c, date], not text",
                        "groups[0].tasks[0].env.1A: is no name of a variable: write 1 to 256 letters, digits and _, no digit first",
                        "groups[0].tasks[0].env.PORT: 8080 must be text, not a number, write it in quotes: \"8080\"",
                        "groups[0].tasks[0].user: ro ot must be numbers as \"1000\" or \"1000:1000\" (user, group), or names as \"www-data\" or \"www-data:adm\"",
                        "groups[0].tasks[0].workDir: srv must be an absolute path: begin it with /",
                        "groups[0].tasks[0].resources.cpu: -1 is negative: give an amount of cpu as 200m (thousandths of a core) or 2 (cores)",
                        "groups[0].tasks[0].resources.memory: 64Ei is more than can be counted: give a size as 512Mi",
                        "groups[0].tasks[0].resources.pids: 0 is below 1, the least: give 1 to 4194304",
                        "groups[0].tasks[0].resources.memroy: is not a field, did you mean 'memory'",
                        "groups[0].tasks[1].command: is empty: give at least one of words: the program and its arguments, as [/bin/sh, -c, date]",
                        "groups[0].tasks[1].resources.memoryMax: 32Mi is below memory (64Mi): give at least that much, or leave memoryMax out",
                        "groups[0].tasks[1].resources.cpuMax: 1 is below cpu (2): give at least that much, or leave cpuMax out",
                        "groups[0].tasks[1].name: t is the name of tasks[0] already: give each its own",
                        "groups[0].constraint: is not a field, did you mean 'constraints'",
                        "jobb: is not a field, did you mean 'job'");
    }

    @Test
    void shouldGiveOneErrorWithItsPlaceWhenMalformed() {
        assertThat(errorsOf(JobDecoder.decode(bytes("job: a\ngroups: [\n"), MediaType.YAML)))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.MALFORMED);
                    assertThat(error.message()).startsWith("not YAML at line 3, column 1: ");
                });
        assertThat(errorsOf(JobDecoder.decode(bytes("{\"job\": \"a\",\n \"groups\": [}"), MediaType.JSON)))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.MALFORMED);
                    assertThat(error.message()).startsWith("not JSON at line 2, column ");
                });
    }

    @Test
    void shouldRefuseDocumentsThatAreNoMapping() {
        for (String text : List.of("[]", "1", "hello", "true")) {
            assertThat(textsOf(JobDecoder.decode(bytes(text), MediaType.YAML)))
                    .hasSize(1)
                    .allSatisfy(message -> assertThat(message).contains("must be a mapping of fields, not"));
        }
        assertThat(errorsOf(JobDecoder.decode(bytes("null"), MediaType.JSON))).hasSize(1);
        assertThat(errorsOf(JobDecoder.decode(new byte[0], MediaType.YAML))).hasSize(1);
    }

    @Test
    void shouldRefuseWrongKindsEverywhere() {
        for (String value :
                List.of("null", "[]", "{}", "[1]", "{a: 1}", "true", "1.5", "-1", "''", "'\\0'", "1e999999999")) {
            for (String pointer : List.of(
                    "/job",
                    "/type",
                    "/groups",
                    "/groups/0",
                    "/groups/0/name",
                    "/groups/0/tasks/0/command",
                    "/groups/0/tasks/0/image",
                    "/groups/0/tasks/0/env",
                    "/groups/0/tasks/0/resources",
                    "/groups/0/network",
                    "/groups/0/network/mode",
                    "/groups/0/tasks/0/resources/memory",
                    "/groups/0/tasks/0/user",
                    "/groups/0/restart/delay",
                    "/groups/0/constraints",
                    "/groups/0/constraints/0",
                    "/groups/0/tasks/0/command/0",
                    "/groups/0/tasks/0/env/A",
                    "/groups/0/count")) {
                boolean fine = value.equals("{}") && pointer.matches(".*/(env|resources|network)")
                        || value.equals("[]") && pointer.endsWith("/constraints")
                        || value.equals("''") && pointer.endsWith("/A");
                if (fine) {
                    continue;
                }
                String shown = value.equals("'\\0'") ? "\"\\0\"" : value;
                assertThat(errorsOf(JobDecoder.decode(JobDocuments.with(pointer, shown))))
                        .as("%s at %s", value, pointer)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void shouldRefuseTwinGroups() {
        assertThat(textsOf(JobDecoder.decode(JobDocuments.with("/groups/1/name", "main"))))
                .containsExactly("groups[1].name: main is the name of groups[0] already: give each its own");
    }

    @Test
    void shouldBoundTheErrors() {
        StringBuilder document = new StringBuilder("job: a\n");
        for (int i = 0; i < 50_000; i++) {
            document.append("x").append(i).append(": 1\n");
        }
        assertThat(textsOf(JobDecoder.decode(bytes(document.toString()), MediaType.YAML)))
                .hasSize(101)
                .last()
                .isEqualTo("and 49902 more errors: mend these first");
    }

    @Test
    void shouldBoundWhatItRepeats() {
        String huge = "x".repeat(500_000);
        assertThat(textsOf(JobDecoder.decode(
                        bytes("job: " + huge + "\ntype: " + huge + "\n\"a\\u001b[2J\": 1\n"), MediaType.YAML)))
                .hasSize(4)
                .allSatisfy(message -> assertThat(message).hasSizeLessThan(300).doesNotContain("\u001b"));
    }

    @Test
    void shouldSendNoEscapesToTerminals() {
        String evil = "\\u001b[2J\\u009b\\u202e\\u2028\\n";
        String document = "\"" + evil + "\": 1\njob: \"" + evil + "\"\ntype: \"" + evil + "\"\n";
        String twice = "\"" + evil + "\": 1\n\"" + evil + "\": 2\n";
        for (String text : List.of(document, twice)) {
            assertThat(textsOf(JobDecoder.decode(bytes(text), MediaType.YAML)))
                    .allSatisfy(message -> assertThat(message).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"));
        }
    }

    @Test
    void shouldRefuseTooManyInstancesInAll() {
        assertThat(textsOf(JobDecoder.decode(JobDocuments.with("/groups/0/count", "100000"))))
                .containsExactly(
                        "groups: 100001 instances is above 100000 instances of one job: split it into several jobs");
    }

    @Test
    void shouldRefuseHalvesOfSurrogatePairs() {
        String document = JobEncoder.json(valueOf(JobDecoder.decode(JobDocuments.yaml(JobDocuments.FULL))))
                .replace("\"-v\"", "\"\\ud800\"");
        assertThat(textsOf(JobDecoder.decode(bytes(document), MediaType.JSON)))
                .containsExactly(
                        "groups[0].tasks[0].command[1]: must be Unicode: half of a surrogate pair stands alone");
    }

    @Test
    void shouldAnswerWhateverTheBytes() {
        Seed seed = Seed.of(11);
        SplittableRandom random = seed.random();
        String json = JobEncoder.json(valueOf(JobDecoder.decode(JobDocuments.yaml(JobDocuments.FULL))));
        for (MediaType type : MediaType.values()) {
            byte[] valid = bytes(type == MediaType.JSON ? json : JobDocuments.FULL);
            int refused = 0;
            for (int i = 0; i < 1_500; i++) {
                byte[] bytes = valid.clone();
                for (int change = random.nextInt(1, 4); change > 0; change--) {
                    bytes[random.nextInt(bytes.length)] = (byte)
                            (random.nextBoolean()
                                    ? "{}[]:,-#&*!|>'\"%@`\n\t 0e~?".charAt(random.nextInt(24))
                                    : random.nextInt(256));
                }
                byte[] cut = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
                Outcome<JobSpec> outcome = assertDoesNotThrow(() -> JobDecoder.decode(cut, type), seed::toString);
                if (outcome instanceof Outcome.Ok<JobSpec> ok) {
                    assertThat(valueOf(JobDecoder.decode(JobEncoder.tree(ok.value()))))
                            .as(seed.toString())
                            .isEqualTo(ok.value());
                } else {
                    refused++;
                }
            }
            assertThat(refused).isBetween(100, 1_499);
        }
    }

    @Test
    void shouldSpellUsersOneWay() {
        assertThat(user("\"007\"")).isEqualTo("7");
        assertThat(user("1000")).isEqualTo("1000");
        assertThat(user("\"0:0\"")).isEqualTo("0:0");
    }

    private static String user(String yaml) {
        return valueOf(JobDecoder.decode(JobDocuments.with("/groups/0/tasks/0/user", yaml)))
                .groups()
                .get(0)
                .tasks()
                .get(0)
                .user();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
