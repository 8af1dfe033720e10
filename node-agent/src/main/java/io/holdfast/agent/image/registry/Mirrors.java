package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import java.util.List;

/** Words for what was tried before the last place failed, too. */
final class Mirrors {
    private Mirrors() {}

    static ImageException told(ImageException last, List<String> before) {
        return before.isEmpty()
                ? last
                : new ImageException(
                        last.kind(),
                        last.getMessage() + " (of its mirrors, " + String.join("; ", before) + ")",
                        last.getCause());
    }
}
