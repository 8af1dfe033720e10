package io.holdfast.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.document.Problems;
import io.holdfast.model.error.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A document to a {@link JobSpec} with all defaults filled in, or to everything that is wrong with it (at most {@link
 * Problems#MAX} errors and a count of the rest), each with its path, value, limit and way out. Pure; safe for any thread.
 *
 * <p>Types that do not run yet parse here: {@link JobType#runnable} says so, and who accepts jobs refuses them.
 */
public final class JobDecoder {
    private JobDecoder() {}

    /** Decodes UTF-8 of at most {@link JobLimits#MAX_DOCUMENT_BYTES}. */
    public static Outcome<JobSpec> decode(byte[] document, MediaType type) {
        return Documents.parse(document, type, JobLimits.MAX_DOCUMENT_BYTES).fold(JobDecoder::decode, Outcome::refused);
    }

    /**
     * Decodes what {@link JobEncoder#json} wrote, which may be longer than the document it came from: defaults are written out
     * and control characters escaped.
     */
    public static Outcome<JobSpec> decodeCanonical(String json) {
        return Documents.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.JSON, JobLimits.MAX_CANONICAL_BYTES)
                .fold(JobDecoder::decode, Outcome::refused);
    }

    /** Decodes a tree of plain data. */
    public static Outcome<JobSpec> decode(JsonNode document) {
        Problems problems = new Problems();
        Fields fields = Fields.of(document, "", problems);
        String job = fields.requiredName("job", "a name for the job");
        JobType type = fields.requiredValue(
                "type",
                "service for what runs for ever, batch for what ends",
                JobType.SERVICE,
                (at, node) -> Fields.choice(at, node, Arrays.asList(JobType.values()), JobType::text));
        int priority = (int)
                fields.integer("priority", JobSpec.DEFAULT_PRIORITY, JobLimits.MIN_PRIORITY, JobLimits.MAX_PRIORITY);
        NodeScope scope = ScopeCodec.decode(fields);
        List<GroupSpec> groups = new ArrayList<>();
        List<Fields.Element> elements = fields.requiredElements("groups", JobLimits.MAX_GROUPS, "groups");
        for (Fields.Element element : elements) {
            groups.add(GroupDecoder.decode(element.fields(problems)));
        }
        refuseTwins(groups.stream().map(GroupSpec::name).toList(), elements, "group", problems);
        long instances = groups.stream().mapToLong(GroupSpec::count).sum();
        if (instances > JobLimits.MAX_INSTANCES && groups.stream().noneMatch(g -> g.count() > GroupSpec.MAX_COUNT)) {
            problems.add(
                    "groups",
                    instances + " instances",
                    "is above " + JobLimits.MAX_INSTANCES + " instances of one job: split it into several jobs");
        }
        fields.rejectUnknown();
        return problems.outcome(() -> new JobSpec(job, type, priority, scope, groups));
    }

    /** Makes a problem of every name that an earlier element has already. */
    static void refuseTwins(List<String> names, List<Fields.Element> elements, String what, Problems problems) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!name.isEmpty() && !seen.add(name)) {
                String message = "is the name of " + what + "s[" + names.indexOf(name) + "] already: give each its own";
                problems.add(elements.get(i).path() + ".name", name, message);
            }
        }
    }
}
