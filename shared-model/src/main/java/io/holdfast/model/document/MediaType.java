package io.holdfast.model.document;

import java.util.Locale;
import java.util.Optional;

/** The two languages of documents. */
public enum MediaType {
    JSON("application/json"),
    YAML("application/yaml");

    private final String text;

    MediaType(String text) {
        this.text = text;
    }

    /** As in {@code Content-Type}; YAML's is RFC 9512's. */
    public String text() {
        return text;
    }

    /** From a {@code Content-Type} header, whatever its parameters; the names from before RFC 9512 count as YAML. */
    public static Optional<MediaType> ofHeader(String header) {
        int end = header.indexOf(';');
        String type = (end < 0 ? header : header.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json" -> Optional.of(JSON);
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> Optional.of(YAML);
            default -> Optional.empty();
        };
    }

    /** From a file's name; YAML, which JSON nearly is a part of, where it does not say. */
    public static MediaType ofFileName(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".json") ? JSON : YAML;
    }
}
