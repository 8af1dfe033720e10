package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.document.Json;
import io.holdfast.model.document.MediaType;
import io.holdfast.testkit.Golden;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.RandomJobs;
import io.holdfast.testkit.Seed;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobEncoderTest {
    private static final String GOLDEN = "src/test/resources/golden/";

    @Test
    void shouldDecodeToWhatWasEncoded() throws Exception {
        Seed seed = Seed.of(20_260_101);
        RandomJobs jobs = new RandomJobs(seed.random());
        for (int i = 0; i < 500; i++) {
            JobSpec spec = jobs.job();
            String json = JobEncoder.json(spec);
            JobSpec back = valueOf(JobDecoder.decode(json.getBytes(StandardCharsets.UTF_8), MediaType.JSON));
            assertThat(back).as(seed.toString()).isEqualTo(spec);
            assertThat(JobEncoder.json(back)).as(seed.toString()).isEqualTo(json);
            String yaml = Json.yaml().writeValueAsString(JobEncoder.tree(spec));
            assertThat(valueOf(JobDecoder.decode(yaml.getBytes(StandardCharsets.UTF_8), MediaType.YAML)))
                    .as(seed + "\n" + yaml)
                    .isEqualTo(spec);
        }
    }

    @Test
    void shouldDecodeWhatGrewBeyondADocumentsLimit() {
        String words = ("\"" + "\\a".repeat(30_000) + "\", ").repeat(17);
        String document = "job: a\ntype: batch\ngroups: [{name: g, tasks: [{name: t, image: host, command: [x, " + words
                + "]}]}]";
        JobSpec spec = valueOf(JobDecoder.decode(document.getBytes(StandardCharsets.UTF_8), MediaType.YAML));
        String json = JobEncoder.json(spec);
        assertThat(json.length()).isGreaterThan(JobLimits.MAX_DOCUMENT_BYTES);
        assertThat(valueOf(JobDecoder.decodeCanonical(json))).isEqualTo(spec);
        GroupDocument group = new GroupDocument(JobType.BATCH, spec.groups().get(0));
        assertThat(valueOf(GroupCodec.decode(GroupCodec.encode(group)))).isEqualTo(group);
    }

    @Test
    void shouldDecodeGroupDocumentsAndHashThemApart() {
        Seed seed = Seed.of(7);
        RandomJobs jobs = new RandomJobs(seed.random());
        Map<String, GroupDocument> byHash = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            JobSpec spec = jobs.job();
            for (GroupSpec group : spec.groups()) {
                GroupDocument document = GroupDocument.of(spec, group);
                String text = GroupCodec.encode(document);
                assertThat(valueOf(GroupCodec.decode(text))).as(seed.toString()).isEqualTo(document);
                String hash = GroupCodec.specHash(document);
                assertThat(hash).matches("[0-9a-f]{32}").isEqualTo(GroupCodec.hash(text));
                GroupDocument twin = byHash.put(hash, document);
                assertThat(twin == null || twin.equals(document)).isTrue();
            }
        }
    }

    /** The job document has no version of its own in the text: a field may be added, none renamed or given another meaning. */
    @Test
    void shouldKeepTheFormatOfJobs() {
        Golden.check(GOLDEN + "job-1.json", JobEncoder.json(full()) + "\n");
    }

    /** Fields that came later, written only where they say something. */
    @Test
    void shouldKeepTheFormatOfWhereInstancesAreToBe() {
        JobSpec placed = JobDecoderTest.placed();
        Golden.check(GOLDEN + "job-placement-1.json", JobEncoder.json(placed) + "\n");
        GroupDocument document = GroupDocument.of(placed, placed.groups().get(0));
        String text = GroupCodec.encode(document);
        assertThat(valueOf(GroupCodec.decode(text))).isEqualTo(document);
        Golden.check(GOLDEN + "group-placement-1.json", text + "\n" + GroupCodec.hash(text) + "\n");
    }

    /** Version 1. Other bytes are other hashes, and every running instance would be replaced: see {@link GroupCodec}. */
    @Test
    void shouldKeepTheFormatAndHashOfGroups() {
        GroupDocument document =
                new GroupDocument(JobType.SERVICE, full().groups().get(0));
        String text = GroupCodec.encode(document);
        Golden.check(GOLDEN + "group-1.json", text + "\n" + GroupCodec.hash(text) + "\n");
    }

    @Test
    void shouldHashTheSameWhenOnlyScaledOrPacedAnew() {
        GroupSpec group = Jobs.group("main", 1);
        String hash = GroupCodec.specHash(new GroupDocument(JobType.SERVICE, group));
        assertThat(GroupCodec.specHash(new GroupDocument(JobType.SERVICE, Jobs.withCount(group, 7))))
                .isEqualTo(hash);
        assertThat(GroupCodec.specHash(new GroupDocument(JobType.SERVICE, Jobs.withUpdate(group, new UpdatePolicy(1)))))
                .isEqualTo(hash);
        assertThat(GroupCodec.specHash(new GroupDocument(JobType.SERVICE, new NodeScope("gpu", List.of()), group)))
                .isNotEqualTo(hash);
        assertThat(GroupCodec.specHash(new GroupDocument(JobType.BATCH, group))).isNotEqualTo(hash);
        assertThat(GroupCodec.specHash(new GroupDocument(JobType.SERVICE, Jobs.withNetwork(group, NetworkMode.HOST))))
                .isNotEqualTo(hash);
    }

    @Test
    void shouldRefuseGroupsOfAnotherVersionBeforeAllElse() {
        assertThat(textsOf(GroupCodec.decode("{\"version\":2,\"new\":1}")))
                .containsExactly(
                        "version: 2 is not a version this program reads (1): run agents and schedulers of one release");
        assertThat(textsOf(GroupCodec.decode("{}"))).hasSize(1);
        assertThat(textsOf(GroupCodec.decode("{\"version\":1}")))
                .containsExactly("type: is missing: give the job's type", "group: is missing: give the group");
    }

    @Test
    void shouldSumResourcesAsTheKernelWill() {
        Resources plain = new Resources(100, 0, 64, 0, 10);
        Resources burst = new Resources(100, 500, 64, 128, 10);
        assertThat(plain.plus(burst)).isEqualTo(new Resources(200, 0, 128, 192, 20));
        assertThat(burst.plus(burst)).isEqualTo(new Resources(200, 1_000, 128, 256, 20));
        assertThat(plain.plus(plain)).isEqualTo(new Resources(200, 0, 128, 0, 20));
    }

    private static JobSpec full() {
        return valueOf(JobDecoder.decode(JobDocuments.yaml(JobDocuments.FULL)));
    }
}
