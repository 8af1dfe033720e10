package io.holdfast.model.document;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

/** Bytes to a tree of plain data. */
public final class Documents {
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
        try (JsonParser parser = Json.parser(type, text)) {
            JsonNode tree = parser.readValueAsTree();
            if (tree == null || tree.isMissingNode()) {
                return malformed("the document is empty");
            }
            if (parser.nextToken() != null) {
                return malformed(where(parser.currentTokenLocation(), type) + "more follows after the document's end"
                        + (type == MediaType.YAML ? ": one document a file, without a second ---" : ""));
            }
            return Outcome.ok(tree);
        } catch (JsonProcessingException e) {
            return malformed(describe(e, type, quote));
        } catch (MarkedYAMLException e) {
            return malformed(describe(e, type, quote));
        } catch (org.yaml.snakeyaml.error.YAMLException e) {
            return malformed("not " + name(type) + (quote ? ": " + sentence(e.getMessage()) : ""));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a document from memory failed", e);
        }
    }

    private static String describe(JsonProcessingException e, MediaType type, boolean quote) {
        if (e.getCause() instanceof MarkedYAMLException marked) {
            return describe(marked, type, quote);
        }
        return where(e.getLocation(), type) + (quote ? sentence(e.getOriginalMessage()) : "cannot be read");
    }

    private static String describe(MarkedYAMLException e, MediaType type, boolean quote) {
        Mark mark = e.getProblemMark();
        String at = mark == null
                ? "not " + name(type) + ": "
                : "not " + name(type) + " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1)
                        + ": ";
        return at + (quote ? sentence(e.getProblem()) : "cannot be read");
    }

    private static String where(JsonLocation location, MediaType type) {
        return location == null || location.getLineNr() < 1
                ? "not " + name(type) + ": "
                : "not " + name(type) + " at line " + location.getLineNr() + ", column " + location.getColumnNr()
                        + ": ";
    }

    private static String name(MediaType type) {
        return type.name();
    }

    /** A library's message as one of ours: first line, lower case, no full stop, bounded. */
    private static String sentence(String message) {
        if (message == null || message.isBlank()) {
            return "cannot be read";
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
