package io.holdfast.agent.pull;

/** Something was asked of this node's images that cannot be done as things are. The message is one line and names the image. */
public final class ImageRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public static final String NOT_FOUND = "not-found";
    public static final String CONFLICT = "conflict";
    public static final String BAD_REQUEST = "bad-request";
    public static final String UNSUPPORTED = "unsupported";

    /** It may be done later. */
    public static final String UNAVAILABLE = "unavailable";

    private final String code;

    /** @param code one of the above */
    public ImageRefused(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static ImageRefused absent(String reference) {
        return new ImageRefused(NOT_FOUND, "image " + reference + " is not on this node");
    }

    /** As in {@link io.holdfast.model.line.LineMessage.Answer}. */
    public String code() {
        return code;
    }
}
