package io.holdfast.model.document;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Bytes to a tree of plain data. */
public final class Documents {
    private static final String UNQUOTED = "cannot be read";
    private static final ObjectReader ONE_VALUE =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Documents() {}

    /**
     * Parses one document of UTF-8.
     *
     * @param maxBytes more are refused unread
     * @return the tree; or one {@link ErrorCode#TOO_LARGE}, or one {@link ErrorCode#MALFORMED} with line and column. The
     *     message may quote a word of the document: where that may be a secret, use {@link #parseSecretive}
     */
    public static Outcome<JsonNode> parse(byte[] bytes, MediaType type, int maxBytes) {
        return parse(bytes, type, maxBytes, true);
    }

    /** As {@link #parse}, with messages that say where it fails and never what stands there. */
    public static Outcome<JsonNode> parseSecretive(byte[] bytes, MediaType type, int maxBytes) {
        return parse(bytes, type, maxBytes, false);
    }

    private static Outcome<JsonNode> parse(byte[] bytes, MediaType type, int maxBytes, boolean quote) {
        if (bytes.length > maxBytes) {
            String message =
                    "the document of " + bytes.length + " bytes is above " + maxBytes + ", the most that is read";
            return Outcome.refused(Rejected.of(ErrorCode.TOO_LARGE, message));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return malformed("the document is not UTF-8: save it in that encoding");
        }
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        try {
            JsonNode tree = type == MediaType.JSON ? json(text) : YamlTree.parse(text);
            return tree.isMissingNode() ? malformed("the document is empty") : Outcome.ok(tree);
        } catch (YamlTree.Malformed e) {
            return malformed(at(type, e.line, e.column) + (quote ? e.getMessage() : UNQUOTED));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String at = mark == null ? at(type, 0, 0) : at(type, mark.getLine() + 1, mark.getColumn() + 1);
            return malformed(at + (quote ? sentence(e.getProblem()) : UNQUOTED));
        } catch (YAMLException e) {
            return malformed(at(type, 0, 0) + (quote ? sentence(e.getMessage()) : UNQUOTED));
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            String at = location == null ? at(type, 0, 0) : at(type, location.getLineNr(), location.getColumnNr());
            return malformed(at + (quote ? sentence(e.getOriginalMessage()) : UNQUOTED));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a document from memory failed", e);
        }
    }

    private static JsonNode json(String text) throws IOException {
        try (JsonParser parser = Json.mapper().createParser(text)) {
            JsonNode tree = ONE_VALUE.readTree(parser);
            if (tree == null) {
                return MissingNode.getInstance();
            }
            if (parser.nextToken() != null) {
                throw new JsonParseException(
                        parser, "more follows after the document's end", parser.currentTokenLocation());
            }
            return tree;
        }
    }

    private static String at(MediaType type, int line, int column) {
        return "not " + type + (line < 1 ? ": " : " at line " + line + ", column " + column + ": ");
    }

    /** A library's message as one of ours: first line, lower case, no full stop, bounded. */
    private static String sentence(String message) {
        if (message == null || message.isBlank()) {
            return UNQUOTED;
        }
        String line = message.lines().findFirst().orElse(message).strip();
        line = line.length() > 160 ? line.substring(0, 159) + "…" : line;
        line = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        return line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }

    private static <T> Outcome<T> malformed(String message) {
        return Outcome.refused(Rejected.of(ErrorCode.MALFORMED, message));
    }
}
