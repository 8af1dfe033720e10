package io.holdfast.model.document;

import static io.holdfast.testkit.Outcomes.errorsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    private static final int MAX = 1 << 20;

    private static Outcome<JsonNode> yaml(String text) {
        return Documents.parse(text.getBytes(StandardCharsets.UTF_8), MediaType.YAML, MAX);
    }

    private static Outcome<JsonNode> json(String text) {
        return Documents.parse(text.getBytes(StandardCharsets.UTF_8), MediaType.JSON, MAX);
    }

    private static String malformed(Outcome<?> outcome) {
        List<Rejected> errors = errorsOf(outcome);
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(errors.get(0).message())
                .doesNotContain("\n")
                .doesNotEndWith(".")
                .hasSizeLessThan(260);
        return errors.get(0).message();
    }

    @Test
    void shouldGiveTheSameTreeForBothLanguages() {
        JsonNode tree = valueOf(json("{\"a\": [1, true, \"x\", 0.50, null], \"b\": {\"c\": \"1\"}}"));
        assertThat(valueOf(yaml("a: [1, true, x, 0.50, null]\nb:\n  c: '1'\n"))).isEqualTo(tree);
        assertThat(valueOf(json("\uFEFF{}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes",
                "no",
                "on",
                "off",
                "1:30",
                "2026-01-01",
                "=",
                "0o17",
                "1e",
                "y",
                ".inf",
                "0100",
                "1_000",
                "0x1F",
                "+1",
                "1.",
                "--1",
                "True"
            })
    void shouldReadAmbiguousPlainWordsAsText(String word) {
        assertThat(valueOf(yaml("a: " + word)).get("a").isTextual()).isTrue();
        assertThat(valueOf(yaml("a: " + word)).get("a").textValue()).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [1'|1|6|YAML",
                "'a: 1\nb: c: d\n'|2|5|YAML",
                "'a: 1\n\tb: 2\n'|2|1|YAML",
                "'{\"a\": }'|1|7|JSON",
                "'{\"a\": 1'|1|8|JSON"
            })
    void shouldSayAtWhichLineAndColumnItBreaks(String text, int line, int column, MediaType type) {
        assertThat(malformed(Documents.parse(text.getBytes(StandardCharsets.UTF_8), type, MAX)))
                .startsWith("not " + type + " at line " + line + ", column " + column + ": ");
    }

    @Test
    void shouldRefuseFieldsThatStandTwice() {
        assertThat(malformed(yaml("a: 1\nb: 2\na: 3\n")))
                .startsWith("not YAML at line 3")
                .contains("'a'");
        assertThat(malformed(json("{\"a\": 1, \"a\": 2}")))
                .startsWith("not JSON at line 1")
                .contains("'a'");
    }

    @Test
    void shouldRefuseAnchorsAliasesAndTags() {
        assertThat(malformed(yaml("a: &x 1\nb: 2\n"))).contains("anchors are not read");
        assertThat(malformed(yaml("a: &x {b: 1}\n"))).contains("anchors are not read");
        assertThat(malformed(yaml("a: *x\n")))
                .isEqualTo("not YAML at line 1, column 4: aliases are not read: write the value out");
        assertThat(malformed(yaml("a: !!java.net.URL ['http://localhost']\n"))).contains("tags are not read");
        assertThat(malformed(yaml("a: !x 1\n"))).contains("tags are not read");
        assertThat(malformed(yaml("&x a: 1\n"))).contains("not read");
    }

    @Test
    void shouldRefuseABombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(10)).append("]\n");
        }
        assertThat(malformed(yaml(bomb.toString()))).contains("not read");
    }

    @Test
    void shouldRefuseDeepNesting() {
        assertThat(malformed(json("[".repeat(10_000)))).contains("nesting");
        assertThat(malformed(yaml("[".repeat(10_000)))).contains("not YAML");
        assertThat(malformed(yaml("- ".repeat(10_000) + "x"))).contains("not YAML");
        assertThat(malformed(yaml("? ".repeat(10_000) + "x"))).contains("not YAML");
    }

    @Test
    void shouldRefuseWhatFollowsTheDocument() {
        assertThat(malformed(json("{} {}"))).contains("more follows");
        assertThat(malformed(yaml("a: 1\n---\nb: 1\n"))).contains("one a file");
    }

    @Test
    void shouldRefuseEmptyDocuments() {
        assertThat(malformed(yaml(""))).isEqualTo("the document is empty");
        assertThat(malformed(yaml("# only this\n"))).isEqualTo("the document is empty");
        assertThat(malformed(json("  \n"))).isEqualTo("the document is empty");
    }

    @Test
    void shouldRefuseWhatIsNotUtf8OrBinary() {
        byte[] latin = {'a', ':', ' ', (byte) 0xE4};
        assertThat(malformed(Documents.parse(latin, MediaType.YAML, MAX))).contains("not UTF-8");
        assertThat(malformed(yaml("a: \u0001\u0000"))).contains("not YAML");
        assertThat(malformed(json("\u0000"))).contains("not JSON");
    }

    @Test
    void shouldRefuseALargeDocumentUnread() {
        Outcome<JsonNode> outcome = Documents.parse(new byte[MAX + 1], MediaType.JSON, MAX);
        assertThat(errorsOf(outcome)).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.TOO_LARGE);
            assertThat(error.message()).contains("1048577").contains("1048576");
        });
    }

    @Test
    void shouldRefuseNumbersAndNamesWithoutEnd() {
        assertThat(malformed(json("1".repeat(100_000)))).contains("umber");
        assertThat(malformed(json("{\"" + "a".repeat(100_000) + "\":1}"))).contains("ame");
    }

    @Test
    void shouldQuoteNothingWhenSecretive() {
        byte[] bytes = "token: hunter2\ntoken: hunter2\n".getBytes(StandardCharsets.UTF_8);
        assertThat(malformed(Documents.parseSecretive(bytes, MediaType.YAML, MAX)))
                .isEqualTo("not YAML at line 2, column 1: cannot be read");
    }

    record Value(int number, String text) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"number\": 1, \"text\": \"x\", \"more\": 1}", "{\"number\": \"1\", \"text\": \"x\"}",
                        "{\"number\": null, \"text\": \"x\"}",
                "{\"number\": 1.5, \"text\": \"x\"}", "{\"number\": 1, \"number\": 1, \"text\": \"x\"}",
                        "{\"number\": 1, \"text\": \"x\"} {}"
            })
    void shouldBindStrictly(String text) {
        assertThatThrownBy(() -> Json.mapper().readValue(text, Value.class))
                .isInstanceOf(JsonProcessingException.class)
                .satisfies(e -> assertThat(
                                ((JsonProcessingException) e).getLocation().sourceDescription())
                        .doesNotContain("text"));
    }

    @Test
    void shouldWriteYamlThatReadsBackAsText() throws Exception {
        JsonNode tree = Json.mapper()
                .readTree(
                        "{\"a\": \"8080\", \"b\": \"true\", \"c\": \"null\", \"d\": \"x: y\", \"e\": \"*x\", \"f\": \"0.5\"}");
        assertThat(valueOf(yaml(Json.yaml().writeValueAsString(tree)))).isEqualTo(tree);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,JSON",
        "Application/JSON; charset=utf-8,JSON",
        "text/yaml,YAML",
        "application/x-yaml,YAML"
    })
    void shouldKnowMediaTypes(String header, MediaType type) {
        assertThat(MediaType.ofHeader(header)).contains(type);
        assertThat(MediaType.ofHeader("text/plain")).isEmpty();
        assertThat(MediaType.ofHeader("")).isEmpty();
    }
}
