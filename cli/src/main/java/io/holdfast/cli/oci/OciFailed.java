package io.holdfast.cli.oci;

import java.io.IOException;
import java.util.List;

/** What the user can put right; it has no stack trace to show. */
final class OciFailed extends IOException {
    private static final long serialVersionUID = 1;
    private final transient List<String> lines;

    OciFailed(String message) {
        this(List.of(message));
    }

    OciFailed(List<String> lines) {
        super(String.join("; ", lines));
        this.lines = List.copyOf(lines);
    }

    List<String> lines() {
        return lines;
    }
}
