package io.holdfast.keeper.layer;

import java.io.IOException;

/** The archive is at fault, or is not what it was said to be: fetching it again does not help. One line, with layer and entry. */
public final class LayerRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    LayerRefusedException(String message) {
        super(message);
    }

    LayerRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
