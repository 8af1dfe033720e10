package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Json;
import io.holdfast.model.line.LineMessage;
import io.holdfast.model.line.NodeImages;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerBodiesTest {
    private static NodeImages.Entry entry(String reference) {
        return new NodeImages.Entry(
                reference, "sha256:" + "a".repeat(64), 1, 1, 1_700_000_000_000L, 0, 0, "", "x".repeat(5_000));
    }

    private static int bytes(JsonNode body) throws IOException {
        return Json.mapper().writeValueAsBytes(new LineMessage.Answer("q".repeat(64), "", "", body)).length;
    }

    @Test
    void shouldCountWhatAListHasNoRoomFor() throws Exception {
        List<NodeImages.Entry> entries =
                IntStream.range(0, 200).mapToObj(i -> entry("oci:/image" + i)).toList();
        JsonNode body = AnswerBodies.listed(entries);
        assertThat(bytes(body)).isBetween(LineMessage.Answer.MAX_BODY_BYTES / 2, LineMessage.MAX_BYTES);
        assertThat(body.path("images").size() + body.path("omitted").asInt()).isEqualTo(200);
        assertThat(body.path("images").get(0).path("reference").asText()).isEqualTo("oci:/image0");
        assertThat(AnswerBodies.listed(entries.subList(0, 2)).path("omitted").asInt())
                .isZero();
    }

    @Test
    void shouldKeepTheRestWhenAnImagesLabelsAreLong() throws Exception {
        Map<String, String> labels = IntStream.range(0, 64)
                .boxed()
                .collect(Collectors.toMap(i -> "label" + i, i -> "\u0001".repeat(10_000)));
        NodeImages.Config config =
                new NodeImages.Config(List.of("/app"), List.of(), List.of("A=1"), "u", "/", "TERM", List.of(), labels);
        JsonNode body = AnswerBodies.details(
                new NodeImages.Details(entry("oci:/a"), config, List.of(new NodeImages.Layer("l", 1)), 0));
        assertThat(bytes(body)).isLessThan(LineMessage.MAX_BYTES);
        assertThat(body.at("/config/env/0").asText()).isEqualTo("A=1");
        assertThat(body.path("layers")).hasSize(1);
        assertThat(body.at("/config/labels").size() + body.path("omitted").asInt())
                .isEqualTo(64);
    }
}
