package io.holdfast.agent.image;

/**
 * A manifest or index as it came.
 *
 * @param mediaType as the source says, or empty
 * @param bytes not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Piece(String mediaType, byte[] bytes) {
    public String digest() {
        return Digests.of(bytes);
    }
}
