package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/job.md to the schema: a field or default that changes must change there too. */
class JobReferenceTest {

    @Test
    void shouldNameEveryFieldWithItsDefaultAndLimits() throws IOException {
        String page = page();
        List<String> missing = new ArrayList<>();
        JsonNode schema;
        try (InputStream in = JobSpec.class.getResourceAsStream("job.schema.json")) {
            schema = valueOf(Documents.parse(in.readAllBytes(), MediaType.JSON, 1 << 20));
        }
        collect(page, "", schema, missing);
        collect(page, "", schema.at("/definitions/group"), missing);
        collect(page, "", schema.at("/definitions/task"), missing);
        collect(page, "resources.", schema.at("/definitions/resources"), missing);
        assertThat(missing).isEmpty();
    }

    private static void collect(String page, String prefix, JsonNode schema, List<String> missing) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            if (value.has("properties")) {
                collect(page, property.getKey() + ".", value, missing);
                return;
            }
            if (value.has("$ref")) {
                return;
            }
            String field = "| `" + prefix + property.getKey() + "` |";
            List<String> rows =
                    page.lines().filter(line -> line.startsWith(field)).toList();
            if (rows.isEmpty()) {
                missing.add(field);
            }
            List<String> facts = new ArrayList<>();
            if (value.has("default")) {
                boolean quoted = property.getKey().equals("user");
                facts.add(
                        quoted
                                ? value.get("default").toString()
                                : value.get("default")
                                        .asText(value.get("default").toString()));
            }
            for (String limit : List.of("minimum", "maximum", "maxItems", "maxProperties")) {
                if (value.has(limit)) {
                    facts.add(value.get(limit).asText());
                }
            }
            value.path("enum").forEach(word -> facts.add(word.asText()));
            for (String fact : facts) {
                if (!fact.isEmpty() && rows.stream().noneMatch(row -> row.contains(fact))) {
                    missing.add(field + " " + fact);
                }
            }
        });
    }

    @Test
    void shouldShowDocumentsThatDecode() throws IOException {
        Matcher blocks = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page());
        int count = 0;
        while (blocks.find()) {
            assertThat(valueOf(JobDecoder.decode(blocks.group(1).getBytes(StandardCharsets.UTF_8), MediaType.YAML)))
                    .isNotNull();
            count++;
        }
        assertThat(count).isEqualTo(3);
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/reference/job.md"));
    }
}
