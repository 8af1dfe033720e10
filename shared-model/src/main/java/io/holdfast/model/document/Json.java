package io.holdfast.model.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/**
 * The one place where Jackson's mappers are made. They refuse duplicate and unknown fields, trailing data, nulls for
 * primitives, text for numbers, and what exceeds the limits below. Default typing stays off: a document never names a class.
 * Shared and immutable by agreement: to vary one, take {@code reader().without(...)}, never {@code configure}.
 *
 * <p>Excerpts of the source never stand in error messages: documents hold secrets.
 */
public final class Json {
    /** Mappings and lists inside each other. */
    public static final int MAX_NESTING = 32;

    /** Characters of one text. */
    public static final int MAX_TEXT_LENGTH = 16 << 20;

    /** Digits of one number. */
    public static final int MAX_NUMBER_LENGTH = 64;

    /** Characters of one field's name. */
    public static final int MAX_NAME_LENGTH = 4_096;

    /** Characters of one YAML document. */
    public static final int MAX_YAML_LENGTH = 4 << 20;

    private static final ObjectMapper JSON = strict(JsonMapper.builder(
            JsonFactory.builder().streamReadConstraints(constraints()).build()));
    private static final ObjectMapper YAML = strict(YAMLMapper.builder(YAMLFactory.builder()
            .streamReadConstraints(constraints())
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            // else the text "8080" would be read back as a number
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build()));

    private Json() {}

    /** Reads and writes JSON. */
    public static ObjectMapper mapper() {
        return JSON;
    }

    /**
     * Writes YAML. It must not read: it takes {@code yes} for true, {@code *alias} for a text and lets anchors pass; {@link
     * Documents} reads.
     */
    public static ObjectMapper yaml() {
        return YAML;
    }

    private static <M extends ObjectMapper, B extends com.fasterxml.jackson.databind.cfg.MapperBuilder<M, B>>
            ObjectMapper strict(B builder) {
        return builder.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    private static StreamReadConstraints constraints() {
        return StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxStringLength(MAX_TEXT_LENGTH)
                .maxNumberLength(MAX_NUMBER_LENGTH)
                .maxNameLength(MAX_NAME_LENGTH)
                .build();
    }
}
