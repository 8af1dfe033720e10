package io.holdfast.keeper.layer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The digest of a layer's plain archive.
 *
 * @param text {@code sha256:} and 64 lower-case hexadecimal digits
 */
public record DiffId(@JsonValue String text) {
    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    /** @throws IllegalArgumentException for any other text */
    public DiffId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "diffID %s is not sha256: and 64 lower-case hexadecimal digits".formatted(Names.printable(text)));
        }
    }

    static DiffId ofHex(String hex) {
        return new DiffId(PREFIX + hex);
    }

    public String hex() {
        return text.substring(PREFIX.length());
    }

    @Override
    public String toString() {
        return text;
    }
}
