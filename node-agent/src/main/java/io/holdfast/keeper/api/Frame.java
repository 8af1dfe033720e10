package io.holdfast.keeper.api;

/** Bounds of a frame on the keeper's socket. */
public final class Frame {
    /** The protocol's version; {@code hello} refuses any other. */
    public static final int PROTOCOL = 1;

    /** The longest frame either side accepts, in bytes, without its length prefix. */
    public static final int MAX_BYTES = 4 << 20;

    private Frame() {}
}
