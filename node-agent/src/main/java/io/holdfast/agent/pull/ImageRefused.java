package io.holdfast.agent.pull;

import io.holdfast.agent.image.ImageException;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;

/** Something was asked of this node's images that cannot be done as things are. The message is one line and names the image. */
public final class ImageRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public static final String NOT_FOUND = "not-found";
    public static final String CONFLICT = "conflict";
    public static final String BAD_REQUEST = "bad-request";
    public static final String UNSUPPORTED = "unsupported";

    /** What was sent is not as it must be. */
    public static final String INVALID = "invalid";

    public static final String TOO_LARGE = "too-large";

    /** It may be done later. */
    public static final String UNAVAILABLE = "unavailable";

    private final String code;

    /** @param code one of the above */
    public ImageRefused(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** Why an image did not come. */
    static ImageRefused of(Throwable trouble) {
        if (trouble instanceof ImageRefused refused) {
            return refused;
        }
        if (trouble instanceof ImageException image) {
            boolean nodes = image.temporary() || image.kind() == ImageException.Kind.CONFIGURATION;
            return new ImageRefused(nodes ? UNAVAILABLE : INVALID, image.getMessage());
        }
        if (trouble instanceof RequestFailedException keeper) {
            boolean content = keeper.error().code().equals(BAD_REQUEST);
            return new ImageRefused(
                    content ? INVALID : UNAVAILABLE, keeper.error().message());
        }
        return new ImageRefused(UNAVAILABLE, String.valueOf(trouble.getMessage()));
    }

    static ImageRefused absent(String reference) {
        return new ImageRefused(NOT_FOUND, "image " + reference + " is not on this node");
    }

    /** As in {@link io.holdfast.model.line.LineMessage.Answer}. */
    public String code() {
        return code;
    }
}
