package io.holdfast.agent.image;

import io.holdfast.model.error.Rejected;
import java.io.IOException;

/**
 * An image, or a piece of it, could not be had. The message is one line that names the image and what was tried, and never
 * holds a secret. It is an {@link IOException} so that streams of layers can fail with it.
 */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1;

    /** What went wrong, so that callers know whether trying again helps. */
    public enum Kind {
        /** No such image, tag, digest, file or platform. */
        NOT_FOUND,
        /** The registry, or its token server, wants other credentials. */
        UNAUTHORIZED,
        /** The content is sound and beyond what is supported or allowed: schema 1, foreign layers, above a limit. */
        UNSUPPORTED,
        /** The content is not what its digest, size or format promises. */
        CORRUPT,
        /** The node's own set-up stands in the way: certificates, plain HTTP, credential helpers. */
        CONFIGURATION,
        /** Not reachable, overloaded, too slow, cut: trying again later may help. */
        TEMPORARY
    }

    private final Kind kind;

    public ImageException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** @param cause may be null */
    public ImageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the same request may succeed later without anybody changing anything. */
    public boolean temporary() {
        return kind == Kind.TEMPORARY;
    }

    /** The same, with what it is about in front. */
    public ImageException about(String what) {
        ImageException named = new ImageException(kind, what + ": " + getMessage(), getCause());
        named.setStackTrace(getStackTrace());
        return named;
    }

    /** Text of others as it may stand in a message: short, one line, nothing that moves a cursor. */
    public static String shown(String text) {
        return Rejected.shorten(text);
    }
}
