package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.testkit.RandomJobs;
import io.holdfast.testkit.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds decoder and published schema together. */
class JobSchemaTest {
    private static final JsonNode DOCUMENT = load();
    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(DOCUMENT);

    private static JsonNode load() {
        try (InputStream in = JobSpec.class.getResourceAsStream("/io/holdfast/model/job/job.schema.json")) {
            return valueOf(Documents.parse(in.readAllBytes(), MediaType.JSON, 1 << 20));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> faults(JsonNode document) {
        return SCHEMA.validate(document).stream().map(Error::toString).toList();
    }

    @Test
    void shouldAgreeOnTheExamples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../docs/examples"))) {
            List<Path> examples = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
            for (Path example : examples) {
                byte[] bytes = Files.readAllBytes(example);
                assertThat(valueOf(JobDecoder.decode(bytes, MediaType.YAML))
                                .type()
                                .runnable())
                        .isTrue();
                assertThat(faults(valueOf(Documents.parse(bytes, MediaType.YAML, bytes.length))))
                        .as(example.toString())
                        .isEmpty();
            }
        }
        assertThat(faults(JobDocuments.yaml(JobDocuments.FULL))).isEmpty();
    }

    @Test
    void shouldAcceptWhateverIsValid() {
        Seed seed = Seed.of(3);
        RandomJobs jobs = new RandomJobs(seed.random());
        for (int i = 0; i < 500; i++) {
            assertThat(faults(JobEncoder.tree(jobs.job()))).as(seed.toString()).isEmpty();
        }
    }

    static Stream<Arguments> valid() {
        return Stream.of(
                Arguments.of("/pool", "gpu-1"),
                Arguments.of("/pool", "'*'"),
                Arguments.of("/datacenters", "[]"),
                Arguments.of("/datacenters", "[fra, ams]"),
                Arguments.of("/groups/0/count", "0"),
                Arguments.of("/groups/0/count", "99999"),
                Arguments.of("/groups/0/count", "2.0"),
                Arguments.of("/groups/0/constraints", "[]"),
                Arguments.of("/groups/0/constraints/0", "'${a}=b'"),
                Arguments.of("/groups/0/constraints/0", "\"${a.b-c}\\t!=\\t=b c \""),
                Arguments.of("/groups/0/constraints/0", "'${a}>=8'"),
                Arguments.of("/groups/0/constraints/0", "'${a} < -1.5 '"),
                Arguments.of("/groups/0/constraints/0", "'${a} in x, y'"),
                Arguments.of("/groups/0/constraints/0", "'${a} contains x'"),
                Arguments.of("/groups/0/constraints/0", "'${a} matches ^x+$'"),
                Arguments.of("/groups/0/constraints/0", "'${a} version >= 5.10, < v6'"),
                Arguments.of("/groups/0/constraints/0", "'${a} set'"),
                Arguments.of("/groups/0/constraints/0", "'${a}\tunset '"),
                Arguments.of("/groups/0/spread", "[]"),
                Arguments.of("/groups/0/spread", "[{over: '${meta.a-b.C_d}'}, {over: '${x}', weight: 1}]"),
                Arguments.of("/groups/0/spread", "[{over: '${x}', weight: 100, percents: {}}]"),
                Arguments.of("/groups/0/spread", "[{over: '${x}', percents: {a: 0, 'b c': 40, '${y}': 60}}]"),
                Arguments.of("/groups/0/affinity", "[]"),
                Arguments.of("/groups/0/affinity", "[{prefer: '${a} set'}, {prefer: '${a} >= 8', weight: -100}]"),
                Arguments.of("/groups/0/distinctNode", "true"),
                Arguments.of("/groups/0/distinct", "[{over: '${meta.rack}', limit: 100000}, {over: '${x}'}]"),
                Arguments.of("/groups/0/apartFrom", "[]"),
                Arguments.of("/groups/0/apartFrom", "[db, web]"),
                Arguments.of("/groups/0/allOrNothing", "true"),
                Arguments.of("/groups/0/network", "{}"),
                Arguments.of("/groups/0/restart", "{delay: 100ms}"),
                Arguments.of("/groups/0/update/minHealthy", "'0'"),
                Arguments.of("/groups/0/tasks/0/image", "dir:/a/..b/c.."),
                Arguments.of("/groups/0/tasks/0/image", "dir:/"),
                Arguments.of("/groups/0/tasks/0/image", "nginx:1"),
                Arguments.of("/groups/0/tasks/0/image", "a/b.c/d__e-f:_x.Y-9"),
                Arguments.of("/groups/0/tasks/0/image", "localhost/a"),
                Arguments.of("/groups/0/tasks/0/image", "Example.COM/a"),
                Arguments.of("/groups/0/tasks/0/image", "127.0.0.1:5000/a/b:c@sha256:" + "0".repeat(64)),
                Arguments.of("/groups/0/tasks/0/image", "hosts"),
                Arguments.of("/groups/0/tasks/0/image", "oci:/a"),
                Arguments.of("/groups/0/tasks/0/image", "oci:/a/b:c.d/e:v1"),
                Arguments.of("/groups/0/tasks/0/image", "docker-archive:/a.tar"),
                Arguments.of("/groups/0/tasks/0/args", "['', b]"),
                Arguments.of("/groups/0/tasks/0/args", "[]"),
                Arguments.of("/groups/0/tasks/0/command/1", "''"),
                Arguments.of("/groups/0/tasks/0/command/1", "\"a\\nb\""),
                Arguments.of("/groups/0/tasks/0/env", "{}"),
                Arguments.of("/groups/0/tasks/0/env/_x9", "''"),
                Arguments.of("/groups/0/tasks/0/user", "65535"),
                Arguments.of("/groups/0/tasks/0/user", "'65535:00000'"),
                Arguments.of("/groups/0/tasks/0/user", "www-data"),
                Arguments.of("/groups/0/tasks/0/user", "root:adm"),
                Arguments.of("/groups/0/userNamespace", "true"),
                Arguments.of("/groups/0/tasks/0/stopSignal", "usr1"),
                Arguments.of("/groups/0/tasks/0/capabilities", "{}"),
                Arguments.of("/groups/0/tasks/0/capabilities", "{add: [], drop: [all, KILL]}"),
                Arguments.of("/groups/0/tasks/0/seccomp", "default"),
                Arguments.of("/groups/0/tasks/0/sysctls", "{}"),
                Arguments.of("/groups/0/tasks/0/sysctls", "{net.ipv4.ip_forward: ''}"),
                Arguments.of("/groups/0/tasks/0/ulimits", "{nproc: 0, core: {soft: 0, hard: 0}}"),
                Arguments.of("/groups/0/tasks/0/devices", "[]"),
                Arguments.of("/groups/0/tasks/0/devices", "[/dev/fuse, '/dev/net/tun:r', '/dev/a.b:rwm', /dev/..c]"),
                Arguments.of("/groups/0/tasks/0/resources/swap", "0"),
                Arguments.of("/groups/0/tasks/0/resources", "{}"),
                Arguments.of("/groups/0/tasks/0/resources/cpu", "1.25"),
                Arguments.of("/groups/0/tasks/0/resources/cpu", "'1.5'"),
                Arguments.of("/groups/0/tasks/0/resources/memory", "67108864"),
                Arguments.of("/groups/0/tasks/0/resources/memory", "'67108864'"),
                Arguments.of("/groups/0/tasks/0/resources/memory", "10M"),
                Arguments.of("/groups/0/tasks/0/resources/memory", "0.5Gi"));
    }

    @ParameterizedTest
    @MethodSource
    void valid(String pointer, String value) {
        JsonNode document = JobDocuments.with(pointer, value);
        assertThat(valueOf(JobDecoder.decode(document))).isNotNull();
        assertThat(faults(document)).isEmpty();
    }

    /** A pointer into the full document, what is put there, and the path the decoder must name. */
    static Stream<Arguments> faulty() {
        List<Arguments> faults = new ArrayList<>();
        for (String pointer : List.of(
                "",
                "/groups/0",
                "/groups/0/network",
                "/groups/0/restart",
                "/groups/0/update",
                "/groups/0/tasks/0",
                "/groups/0/tasks/0/resources")) {
            faults.add(Arguments.of(pointer + "/unknown", "1", path(pointer + "/unknown")));
        }
        Object[][] table = {
            {"/job", "'-a'"},
            {"/job", "A"},
            {"/job", "''"},
            {"/job", "5"},
            {"/job", "\"a\\n\""},
            {"/job", "a".repeat(64)},
            {"/type", "cron"},
            {"/type", "1"},
            {"/priority", "0"},
            {"/priority", "101"},
            {"/priority", "1.5"},
            {"/priority", "'1'"},
            {"/pool", "'**'"},
            {"/pool", "''"},
            {"/pool", "GPU"},
            {"/pool", "1"},
            {"/pool", "a".repeat(64)},
            {"/datacenters", "fra"},
            {"/datacenters", "[FRA]", "datacenters[0]"},
            {"/datacenters", "['*']", "datacenters[0]"},
            {"/datacenters", "[fra, ams, fra]", "datacenters[2]"},
            {"/groups", "[]"},
            {"/groups", "{}"},
            {"/groups", "x"},
            {"/groups/0", "1"},
            {"/groups/0/name", "a_b"},
            {"/groups/0/count", "-1"},
            {"/groups/0/count", "100001"},
            {"/groups/0/count", "1e30"},
            {"/groups/0/count", "1.5"},
            {"/groups/0/count", "'2'"},
            {"/groups/0/count", "true"},
            {"/groups/0/spread", "{over: '${x}'}"},
            {"/groups/0/spread", "['${x}']", "groups[0].spread[0]"},
            {"/groups/0/spread", "[{}]", "groups[0].spread[0].over"},
            {"/groups/0/spread", "[{over: meta.rack}]", "groups[0].spread[0].over"},
            {"/groups/0/spread", "[{over: '${a}${b}'}]", "groups[0].spread[0].over"},
            {"/groups/0/spread", "[{over: '${a} = b'}]", "groups[0].spread[0].over"},
            {"/groups/0/spread", "[{over: '${" + "a".repeat(254) + "}'}]", "groups[0].spread[0].over"},
            {"/groups/0/spread", "[{over: '${x}', weight: 0}]", "groups[0].spread[0].weight"},
            {"/groups/0/spread", "[{over: '${x}', weight: 101}]", "groups[0].spread[0].weight"},
            {"/groups/0/spread", "[{over: '${x}', wait: 1}]", "groups[0].spread[0].wait"},
            {"/groups/0/spread", "[{over: '${x}', percents: [60]}]", "groups[0].spread[0].percents"},
            {"/groups/0/spread", "[{over: '${x}', percents: {a: 101}}]", "groups[0].spread[0].percents.a"},
            {"/groups/0/spread", "[{over: '${x}', percents: {a: -1}}]", "groups[0].spread[0].percents.a"},
            {"/groups/0/spread", "[{over: '${x}', percents: {a: 0.5}}]", "groups[0].spread[0].percents.a"},
            {"/groups/0/spread", "[{over: '${x}', percents: {' a': 1}}]", "groups[0].spread[0].percents[\" a\"]"},
            {"/groups/0/affinity", "[{weight: 1}]", "groups[0].affinity[0].prefer"},
            {"/groups/0/affinity", "[{prefer: amd64}]", "groups[0].affinity[0].prefer"},
            {"/groups/0/affinity", "[{prefer: '${a} = b', weight: 0}]", "groups[0].affinity[0].weight"},
            {"/groups/0/affinity", "[{prefer: '${a} = b', weight: -101}]", "groups[0].affinity[0].weight"},
            {"/groups/0/affinity", "[{prefer: '${a} = b', weight: 1.5}]", "groups[0].affinity[0].weight"},
            {"/groups/0/affinity", "[{prefer: '${a} = b', over: x}]", "groups[0].affinity[0].over"},
            {"/groups/0/distinctNode", "'true'"},
            {"/groups/0/distinct", "[{limit: 1}]", "groups[0].distinct[0].over"},
            {"/groups/0/distinct", "[{over: rack}]", "groups[0].distinct[0].over"},
            {"/groups/0/distinct", "[{over: '${x}', limit: 0}]", "groups[0].distinct[0].limit"},
            {"/groups/0/distinct", "[{over: '${x}', limit: 100001}]", "groups[0].distinct[0].limit"},
            {"/groups/0/apartFrom", "db"},
            {"/groups/0/apartFrom", "[DB]", "groups[0].apartFrom[0]"},
            {"/groups/0/apartFrom", "[db, db]", "groups[0].apartFrom[1]"},
            {"/groups/0/allOrNothing", "1"},
            {"/groups/0/constraints", "x"},
            {"/groups/0/constraints/0", "node.arch = amd64"},
            {"/groups/0/constraints/0", "'${node.arch} > a'"},
            {"/groups/0/constraints/0", "'${node.arch} <> 1'"},
            {"/groups/0/constraints/0", "'${node.arch} in'"},
            {"/groups/0/constraints/0", "'${node.arch} near x'"},
            {"/groups/0/constraints/0", "'${node.arch}in x'"},
            {"/groups/0/constraints/0", "'${node.arch} set x'"},
            {"/groups/0/constraints/0", "'${node.arch} setx'"},
            {"/groups/0/constraints/0", "'${node.arch} version newest'"},
            {"/groups/0/constraints/0", "'${node.arch} version 1,'"},
            {"/groups/0/constraints/0", "'${node.arch} == a'"},
            {"/groups/0/constraints/0", "'${node.arch} ='"},
            {"/groups/0/constraints/0", "'${node..arch} = a'"},
            {"/groups/0/constraints/0", "\"${a} = b\\n\""},
            {"/groups/0/constraints/0", "1"},
            {"/groups/0/constraints/0", "'${a} = " + "b".repeat(600) + "'"},
            {"/groups/0/network/mode", "bridge"},
            {"/groups/0/network", "host"},
            {"/groups/0/restart/attempts", "-1"},
            {"/groups/0/restart/attempts", "1001"},
            {"/groups/0/restart/delay", "10"},
            {"/groups/0/restart/delay", "1m30s"},
            {"/groups/0/restart/delay", "-1s"},
            {"/groups/0/restart/delay", "soon"},
            {"/groups/0/update/minHealthy", "1e3s"},
            {"/groups/0/disconnect", "wait"},
            {"/groups/0/disconnect", "true"},
            {"/groups/0/tasks", "[]"},
            {"/groups/0/tasks", "{}"},
            {"/groups/0/tasks/0/name", "a.b"},
            {"/groups/0/tasks/0/image", "''"},
            {"/groups/0/tasks/0/image", "Nginx"},
            {"/groups/0/tasks/0/image", "Nginx/a"},
            {"/groups/0/tasks/0/image", "'nginx:'"},
            {"/groups/0/tasks/0/image", "nginx:.a"},
            {"/groups/0/tasks/0/image", "nginx:a b"},
            {"/groups/0/tasks/0/image", "a//b"},
            {"/groups/0/tasks/0/image", "a/../b"},
            {"/groups/0/tasks/0/image", "a___b"},
            {"/groups/0/tasks/0/image", "-a.b/c"},
            {"/groups/0/tasks/0/image", "a.b:port/c"},
            {"/groups/0/tasks/0/image", "a@md5:00"},
            {"/groups/0/tasks/0/image", "a@sha256:" + "0".repeat(63)},
            {"/groups/0/tasks/0/image", "a@sha256:" + "A".repeat(64)},
            {"/groups/0/tasks/0/image", "\"nginx\\n\""},
            {"/groups/0/tasks/0/image", "https://a.b/c"},
            {"/groups/0/tasks/0/image", "oci:rel"},
            {"/groups/0/tasks/0/image", "oci:/a/..:v1"},
            {"/groups/0/tasks/0/image", "oci:/../a"},
            {"/groups/0/tasks/0/image", "docker-archive:a.tar"},
            {"/groups/0/tasks/0/pull", "always"},
            {"/groups/0/tasks/0/pull", "IfNotPresent"},
            {"/groups/0/tasks/0/args", "x"},
            {"/groups/0/tasks/0/args", "[a, 1]", "groups[0].tasks[0].args[1]"},
            {"/groups/0/tasks/0/image", "dir:rel"},
            {"/groups/0/tasks/0/image", "dir:/a/../b"},
            {"/groups/0/tasks/0/image", "dir:/.."},
            {"/groups/0/tasks/0/image", "'host '"},
            {"/groups/0/tasks/0/image", "\"host\\n\""},
            {"/groups/0/tasks/0/image", "dir:/" + "a".repeat(5000)},
            {"/groups/0/tasks/0/command", "/bin/true"},
            {"/groups/0/tasks/0/command", "[]"},
            {"/groups/0/tasks/0/command/0", "''"},
            {"/groups/0/tasks/0/command/1", "1"},
            {"/groups/0/tasks/0/command/1", "\"a\\0b\""},
            {"/groups/0/tasks/0/command/1", "a".repeat(131_072)},
            {"/groups/0/tasks/0/env", "[A=1]"},
            {"/groups/0/tasks/0/env/1A", "x"},
            {"/groups/0/tasks/0/env/A-B", "x"},
            {"/groups/0/tasks/0/env/A=B", "x"},
            {"/groups/0/tasks/0/env/PORT", "8080"},
            {"/groups/0/tasks/0/env/N", "null"},
            {"/groups/0/tasks/0/env/" + "A".repeat(300), "x"},
            {"/groups/0/tasks/0/user", "ro ot"},
            {"/groups/0/tasks/0/user", "1000:adm"},
            {"/groups/0/tasks/0/user", "'root:'"},
            {"/groups/0/tasks/0/user", "\"root\\n\""},
            {"/groups/0/tasks/0/user", "65536"},
            {"/groups/0/tasks/0/user", "'65536'"},
            {"/groups/0/tasks/0/user", "'0:65536'"},
            {"/groups/0/tasks/0/user", "-1"},
            {"/groups/0/tasks/0/user", "'1:'"},
            {"/groups/0/tasks/0/user", "'1:2:3'"},
            {"/groups/0/tasks/0/user", "1.5"},
            {"/groups/0/tasks/0/user", "'000001'"},
            {"/groups/0/tasks/0/workDir", "srv"},
            {"/groups/0/tasks/0/workDir", "/a/.."},
            {"/groups/0/tasks/0/workDir", "''"},
            {"/groups/0/tasks/0/stopGrace", "5"},
            {"/groups/0/tasks/0/stopGrace", "5 s"},
            {"/groups/0/tasks/0/resources/cpu", "0"},
            {"/groups/0/tasks/0/resources/cpu", "-1"},
            {"/groups/0/tasks/0/resources/cpu", "1025"},
            {"/groups/0/tasks/0/resources/cpu", "200M"},
            {"/groups/0/tasks/0/resources/cpu", "[]"},
            {"/groups/0/tasks/0/resources/memory", "64MB"},
            {"/groups/0/tasks/0/resources/memory", "1024"},
            {"/groups/0/tasks/0/resources/memory", "-64Mi"},
            {"/groups/0/tasks/0/resources/memory", "NaN"},
            {"/groups/0/tasks/0/resources/memory", "99999999999999999999"},
            {"/groups/0/tasks/0/resources/pids", "0"},
            {"/groups/0/tasks/0/resources/pids", "4194305"},
            {"/groups/0/tasks/0/resources/pids", "'64'"},
            {"/groups/0/userNamespace", "'false'"},
            {"/groups/0/tasks/0/stopSignal", "SIGFOO"},
            {"/groups/0/tasks/0/stopSignal", "15"},
            {"/groups/0/tasks/0/init", "1"},
            {"/groups/0/tasks/0/capabilities", "[SYS_TIME]"},
            {"/groups/0/tasks/0/capabilities", "{add: [ALL]}", "groups[0].tasks[0].capabilities.add[0]"},
            {"/groups/0/tasks/0/capabilities", "{add: [CAP_FLY]}", "groups[0].tasks[0].capabilities.add[0]"},
            {"/groups/0/tasks/0/capabilities", "{drop: KILL}", "groups[0].tasks[0].capabilities.drop"},
            {"/groups/0/tasks/0/capabilities", "{keep: []}", "groups[0].tasks[0].capabilities.keep"},
            {"/groups/0/tasks/0/readOnlyRoot", "readonly"},
            {"/groups/0/tasks/0/noNewPrivileges", "0"},
            {"/groups/0/tasks/0/seccomp", "off"},
            {"/groups/0/tasks/0/seccomp", "false"},
            {"/groups/0/tasks/0/apparmorProfile", "''"},
            {"/groups/0/tasks/0/apparmorProfile", "a b"},
            {"/groups/0/tasks/0/sysctls", "[a.b=1]"},
            {"/groups/0/tasks/0/sysctls", "{a.b: 1}", "groups[0].tasks[0].sysctls[\"a.b\"]"},
            {"/groups/0/tasks/0/sysctls", "{net/core: '1'}", "groups[0].tasks[0].sysctls[\"net/core\"]"},
            {"/groups/0/tasks/0/sysctls", "{a.b: \"1\\n2\"}", "groups[0].tasks[0].sysctls[\"a.b\"]"},
            {"/groups/0/tasks/0/ulimits", "{files: 1}", "groups[0].tasks[0].ulimits.files"},
            {"/groups/0/tasks/0/ulimits", "{nofile: '1'}", "groups[0].tasks[0].ulimits.nofile"},
            {"/groups/0/tasks/0/ulimits", "{nofile: -1}", "groups[0].tasks[0].ulimits.nofile"},
            {"/groups/0/tasks/0/ulimits", "{nofile: {soft: 1}}", "groups[0].tasks[0].ulimits.nofile"},
            {"/groups/0/tasks/0/ulimits", "{nofile: {soft: 1, hard: x}}", "groups[0].tasks[0].ulimits.nofile.hard"},
            {"/groups/0/tasks/0/devices", "/dev/fuse"},
            {"/groups/0/tasks/0/devices", "[1]", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "[fuse]", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "[/dev/fuse, fuse]", "groups[0].tasks[0].devices[1]"},
            {"/groups/0/tasks/0/devices", "[/dev]", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "[/dev/../etc/passwd]", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "[/dev/a/..]", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "['/dev/fuse:']", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/devices", "['/dev/fuse:wr']", "groups[0].tasks[0].devices[0]"},
            {"/groups/0/tasks/0/resources/swap", "-1"},
            {"/groups/0/tasks/0/resources/cpuSet", "all"},
            {"/groups/0/tasks/0/resources/cpuSet", "3"},
            {"/groups/0/tasks/0/resources/ioWeight", "9"},
            {"/groups/0/tasks/0/resources/ioWeight", "1001"},
            {"/groups/0/tasks/0/resources/disk", "4194303"},
            {"/groups/0/tasks/0/resources/disk", "-1"}
        };
        for (Object[] row : table) {
            faults.add(Arguments.of(row[0], row[1], row.length == 3 ? row[2] : path((String) row[0])));
        }
        return faults.stream();
    }

    @ParameterizedTest
    @MethodSource
    void faulty(String pointer, String value, String path) {
        JsonNode document = JobDocuments.with(pointer, value);
        List<Rejected> errors = errorsOf(JobDecoder.decode(document));
        assertThat(errors)
                .hasSize(1)
                .first()
                .satisfies(error -> assertThat(error.path()).isEqualTo(path));
        assertThat(faults(document)).as("the schema must refuse it too").isNotEmpty();
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "/job",
                "/type",
                "/groups",
                "/groups/0/name",
                "/groups/0/tasks",
                "/groups/0/tasks/0/name",
                "/groups/0/tasks/0/image",
                "/groups/0/tasks/0/command"
            })
    void shouldAgreeOnWhatMustBeThere(String pointer) {
        JsonNode document = JobDocuments.without(pointer);
        assertThat(errorsOf(JobDecoder.decode(document))).singleElement().satisfies(error -> {
            assertThat(error.path()).isEqualTo(path(pointer));
            assertThat(error.message()).startsWith("is missing: give ");
        });
        assertThat(faults(document)).isNotEmpty();
    }

    @Test
    void shouldAgreeOnLengthsOfLists() {
        assertAgree("/groups/0/constraints", repeated(TextNode.valueOf("${a} = b"), 32), true);
        assertAgree("/groups/0/constraints", repeated(TextNode.valueOf("${a} = b"), 33), false);
        assertAgree("/groups/0/tasks/0/command", repeated(TextNode.valueOf("x"), 1_024), true);
        assertAgree("/groups/0/tasks/0/command", repeated(TextNode.valueOf("x"), 1_025), false);
        assertAgree("/groups/0/tasks", tasks(16), true);
        assertAgree("/groups/0/tasks", tasks(17), false);
        for (int more : List.of(0, 1)) {
            assertAgree("/groups/0/spread", overAttributes(16 + more), more == 0);
            assertAgree("/groups/0/distinct", overAttributes(16 + more), more == 0);
            assertAgree("/groups/0/affinity", repeated(JobDocuments.yaml("prefer: '${a} set'"), 32 + more), more == 0);
            assertAgree("/groups/0/apartFrom", names(32 + more), more == 0);
            assertAgree("/groups/0/spread", repeated(percents(64 + more), 1), more == 0);
        }
        assertAgree("/datacenters", names(32), true);
        assertAgree("/datacenters", names(33), false);
        assertAgree("/groups", groups(64), true);
        assertAgree("/groups", groups(65), false);
        assertAgree("/groups/0/tasks/0/env", variables(512), true);
        assertAgree("/groups/0/tasks/0/env", variables(513), false);
    }

    /** What a schema cannot say: the decoder refuses it and the schema lets it pass. docs/reference/job.md lists the same. */
    static Stream<Arguments> beyondSchema() {
        return Stream.of(
                Arguments.of("/groups/1/name", "main", "groups[1].name"), // names are unique
                Arguments.of("/groups/0/tasks/1/name", "one", "groups[0].tasks[1].name"),
                Arguments.of("/groups/0/count", "100000", "groups"), // the sum over the groups
                Arguments.of(
                        "/groups/0/spread",
                        "[{over: '${x}', percents: {a: 60, b: 41}}]",
                        "groups[0].spread[0].percents"), // sums
                Arguments.of(
                        "/groups/0/spread",
                        "[{over: '${x}'}, {over: '${x}', weight: 1}]",
                        "groups[0].spread[1].over"), // one attribute, two weights
                Arguments.of(
                        "/groups/0/distinct",
                        "[{over: '${x}'}, {over: '${x}', limit: 2}]",
                        "groups[0].distinct[1].over"),
                Arguments.of(
                        "/groups/0/tasks/0/resources/memoryMax",
                        "32Mi",
                        "groups[0].tasks[0].resources.memoryMax"), // two fields
                Arguments.of("/groups/0/tasks/0/resources/cpuMax", "100m", "groups[0].tasks[0].resources.cpuMax"),
                Arguments.of(
                        "/groups/0/tasks/0/resources/memory",
                        "1Mi",
                        "groups[0].tasks[0].resources.memory"), // ranges of texts
                Arguments.of("/groups/0/tasks/0/resources/memory", "64Ei", "groups[0].tasks[0].resources.memory"),
                Arguments.of("/groups/0/tasks/0/resources/cpu", "1m", "groups[0].tasks[0].resources.cpu"),
                Arguments.of(
                        "/groups/0/tasks/0/resources/cpu", "0.0105", "groups[0].tasks[0].resources.cpu"), // precision
                Arguments.of("/groups/0/restart/delay", "1ms", "groups[0].restart.delay"),
                Arguments.of(
                        "/groups/0/tasks/0/ulimits",
                        "{nofile: {soft: 2, hard: 1}}",
                        "groups[0].tasks[0].ulimits.nofile.soft"), // two numbers
                Arguments.of(
                        "/groups/0/tasks/0/capabilities",
                        "{add: [KILL], drop: [cap_kill]}",
                        "groups[0].tasks[0].capabilities.drop"),
                Arguments.of(
                        "/groups/0/tasks/0/devices",
                        "[/dev/fuse, '/dev/fuse:r']",
                        "groups[0].tasks[0].devices[1]"), // one path, two accesses
                Arguments.of("/groups/0/restart/delay", "2h", "groups[0].restart.delay"),
                Arguments.of("/groups/0/tasks/0/stopGrace", "2d", "groups[0].tasks[0].stopGrace"),
                Arguments.of(
                        "/groups/0/tasks/0/env/A",
                        "é".repeat(70_000),
                        "groups[0].tasks[0].env.A"), // bytes, not characters
                Arguments.of("/groups/0/tasks/0/command/1", "é".repeat(70_000), "groups[0].tasks[0].command[1]"));
    }

    @ParameterizedTest
    @MethodSource
    void beyondSchema(String pointer, String value, String path) {
        JsonNode document = JobDocuments.with(pointer, value);
        assertThat(errorsOf(JobDecoder.decode(document)))
                .singleElement()
                .satisfies(error -> assertThat(error.path()).isEqualTo(path));
        assertThat(faults(document))
                .as("if the schema says it now, the row belongs to the other table")
                .isEmpty();
    }

    @Test
    void shouldDescribeEveryFieldAndTellTrueDefaults() {
        List<String> undescribed = new ArrayList<>();
        undescribed(DOCUMENT, "", undescribed);
        assertThat(undescribed).isEmpty();
        // the defaults of the schema, written out, change nothing
        JsonNode bare = JobDocuments.yaml(
                "job: a\ntype: batch\ngroups: [{name: g, tasks: [{name: t, image: host, command: [x]}]}]");
        ObjectNode filled = bare.deepCopy();
        fill(filled, DOCUMENT);
        ObjectNode group = (ObjectNode) filled.at("/groups/0");
        fill(group, DOCUMENT.at("/definitions/group"));
        ObjectNode task = (ObjectNode) group.at("/tasks/0");
        fill(task, DOCUMENT.at("/definitions/task"));
        task.set("resources", fill(JsonNodeFactory.instance.objectNode(), DOCUMENT.at("/definitions/resources")));
        assertThat(valueOf(JobDecoder.decode(filled))).isEqualTo(valueOf(JobDecoder.decode(bare)));
        // and the encoder, which writes all fields, writes just those
        ObjectNode canonical = JobEncoder.tree(valueOf(JobDecoder.decode(bare)));
        // beside those whose default is the image's word, which this image has not
        TreeSet<String> written = names(canonical);
        assertThat(written.removeAll(List.of("user", "workDir"))).isTrue();
        assertThat(written).isEqualTo(names(filled));
    }

    private static ObjectNode fill(ObjectNode into, JsonNode schema) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            if (value.has("default")) {
                into.set(property.getKey(), value.get("default"));
            } else if (value.has("properties")) {
                ObjectNode inner = fill(JsonNodeFactory.instance.objectNode(), value);
                if (!inner.isEmpty()) {
                    into.set(property.getKey(), inner);
                }
            }
        });
        return into;
    }

    private static TreeSet<String> names(JsonNode tree) {
        TreeSet<String> names = new TreeSet<>();
        tree.findParents("name").forEach(parent -> parent.fieldNames().forEachRemaining(names::add));
        tree.fieldNames().forEachRemaining(names::add);
        tree.at("/groups/0/tasks/0/resources").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void undescribed(JsonNode schema, String at, List<String> into) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            String path = at + "/" + property.getKey();
            JsonNode described =
                    value.has("$ref") ? DOCUMENT.at(value.get("$ref").asText().substring(1)) : value;
            if (!described.has("description")) {
                into.add(path);
            }
            undescribed(value, path, into);
        });
        schema.path("definitions").properties().forEach(one -> undescribed(one.getValue(), one.getKey(), into));
    }

    private static void assertAgree(String pointer, JsonNode value, boolean valid) {
        JsonNode document = JobDocuments.with(pointer, value);
        assertThat(JobDecoder.decode(document) instanceof Outcome.Ok<JobSpec>)
                .as(pointer)
                .isEqualTo(valid);
        assertThat(faults(document).isEmpty()).as(pointer).isEqualTo(valid);
    }

    private static ArrayNode repeated(JsonNode element, int count) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            list.add(element);
        }
        return list;
    }

    private static ArrayNode overAttributes(int count) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            list.addObject().put("over", "${a" + i + "}");
        }
        return list;
    }

    private static ObjectNode percents(int count) {
        ObjectNode spread = JsonNodeFactory.instance.objectNode().put("over", "${a}");
        ObjectNode percents = spread.putObject("percents");
        for (int i = 0; i < count; i++) {
            percents.put("v" + i, 1);
        }
        return spread;
    }

    private static ArrayNode names(int count) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            list.add("n" + i);
        }
        return list;
    }

    private static JsonNode tasks(int count) {
        StringBuilder list = new StringBuilder("x:\n");
        for (int i = 0; i < count; i++) {
            list.append("- {name: t").append(i).append(", image: host, command: [x]}\n");
        }
        return JobDocuments.yaml(list.toString()).get("x");
    }

    private static JsonNode groups(int count) {
        StringBuilder list = new StringBuilder("x:\n");
        for (int i = 0; i < count; i++) {
            list.append("- {name: g").append(i).append(", tasks: [{name: t, image: host, command: [x]}]}\n");
        }
        return JobDocuments.yaml(list.toString()).get("x");
    }

    private static JsonNode variables(int count) {
        ObjectNode env = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < count; i++) {
            env.put("V" + i, "x");
        }
        return env;
    }

    private static String path(String pointer) {
        String path = "";
        for (String word : pointer.substring(1).split("/")) {
            path = word.matches("[0-9]+")
                    ? path + "[" + word + "]"
                    : io.holdfast.model.document.Fields.join(path, word);
        }
        return path;
    }
}
