package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * A response whose body is still to be read.
 *
 * @param from the address that answered, after redirects
 */
record Answer(URI from, int status, HttpHeaders headers, InputStream body) implements AutoCloseable {

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** What a status that is no success means. */
    Trouble trouble(String what, long nowMillis) {
        String text = Addresses.shown(from) + " answered " + status + " for " + what;
        return switch (status) {
            case 401 ->
                new Trouble(Kind.UNAUTHORIZED, text + ": it wants other credentials, or there is no such image");
            case 403 -> new Trouble(Kind.UNAUTHORIZED, text + ": it is forbidden to this node");
            case 404 -> new Trouble(Kind.NOT_FOUND, text + ": it is not there");
            case 416 -> new Trouble(Kind.CORRUPT, text + ": it has fewer bytes there than the manifest tells");
            case 408, 425, 429 ->
                new Trouble(
                        new ImageException(Kind.TEMPORARY, text + ": it asks to come back later"),
                        retryAfterMillis(nowMillis));
            default ->
                status >= 500
                        ? new Trouble(new ImageException(Kind.TEMPORARY, text), retryAfterMillis(nowMillis))
                        : new Trouble(Kind.UNSUPPORTED, text);
        };
    }

    /** RFC 9110, 10.2.3: seconds or a date; 0 for none. */
    private long retryAfterMillis(long nowMillis) {
        String text = header("Retry-After").strip();
        if (text.matches("[0-9]{1,9}")) {
            return Long.parseLong(text) * 1_000;
        }
        try {
            long at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                    .toEpochMilli();
            return Math.max(0, at - nowMillis);
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** Closing ends the connection unless the body was read to its end; that it fails changes nothing any more. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new IllegalStateException("a body that does not fail on close did", e);
        }
    }
}
