package io.holdfast.agent.image;

/** Every bound on what an image, or whoever serves it, may make the agent hold, follow or wait for. */
public final class ImageLimits {
    /** Of a manifest or index. The distribution specification asks registries to take 4 MiB at least. */
    public static final int MAX_MANIFEST_BYTES = 4 << 20;

    /** Of an image's configuration. */
    public static final int MAX_CONFIG_BYTES = 4 << 20;

    /** OVL_MAX_STACK of fs/overlayfs/ovl_entry.h: no more can be mounted upon each other. */
    public static final int MAX_LAYERS = 500;

    /** Manifests of one index. */
    public static final int MAX_INDEX_ENTRIES = 1_000;

    /** Of one layer as it is stored. */
    public static final long MAX_LAYER_BYTES = 64L << 30;

    /** Elements of one list or mapping of a configuration: arguments, environment, volumes, labels. */
    public static final int MAX_CONFIG_ELEMENTS = 4_096;

    /** What is read and handed on at once; a pull is a few of these. */
    public static final int BUFFER_BYTES = 64 << 10;

    /**
     * Window of zstd, as a power of two: 32 MiB of native memory. RFC 8878, 3.1.1.1.2, asks for 8 MiB; what Go's encoders
     * write at their best level, with which BuildKit compresses, needs 32.
     */
    public static final int MAX_ZSTD_WINDOW_LOG = 25;

    /** Extra field, name and comment of one gzip member, which nobody needs (RFC 1952, 2.3). */
    public static final int MAX_GZIP_HEADER_BYTES = 64 << 10;

    /** Links from one entry of an archive to the next. */
    public static final int MAX_LINK_HOPS = 8;

    /** Entries of one archive. */
    public static final int MAX_ARCHIVE_ENTRIES = 100_000;

    /** Of one archive that is sent. */
    public static final long MAX_ARCHIVE_BYTES = 64L << 30;

    /** Names that the images of one archive that is sent may get. */
    public static final int MAX_IMPORTED = 64;

    /** Names listed in a message. */
    public static final int MAX_LISTED = 10;

    /** What a token server answers. */
    public static final int MAX_TOKEN_BYTES = 64 << 10;

    /** A {@code config.json} of Docker. */
    public static final int MAX_DOCKER_CONFIG_BYTES = 1 << 20;

    /** From one address to the next for one request. */
    public static final int MAX_REDIRECTS = 5;

    /** Repositories whose tokens are remembered; the longest unused goes first. */
    public static final int MAX_REMEMBERED_TOKENS = 128;

    /** Wrong blobs of mirrors that are remembered; the oldest goes first. */
    public static final int MAX_DISTRUSTED = 256;

    private ImageLimits() {}
}
