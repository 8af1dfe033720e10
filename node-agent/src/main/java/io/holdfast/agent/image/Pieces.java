package io.holdfast.agent.image;

/** Hands out the documents of one image, unverified. */
public interface Pieces {

    /** What the image's name stands for: a manifest or an index. */
    Piece root() throws ImageException;

    /** A manifest of the index. */
    byte[] manifest(Descriptor descriptor) throws ImageException;

    /** The configuration. */
    byte[] config(Descriptor descriptor) throws ImageException;
}
