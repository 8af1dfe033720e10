package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import io.vertx.core.buffer.Buffer;

/** Requests as frames: a big-endian length and what {@link Wire} writes. */
final class KeeperFrames {
    static final int LENGTH_BYTES = 4;

    private KeeperFrames() {}

    /** @throws KeeperException when the frame would be longer than the keeper accepts */
    static Buffer encode(long id, Request request) {
        byte[] json = Wire.request(id, request);
        if (json.length > Frame.MAX_BYTES) {
            throw new KeeperException(
                    "bad-request",
                    "a request of " + json.length + " bytes is above " + Frame.MAX_BYTES
                            + ", the most the keeper reads");
        }
        return Buffer.buffer(LENGTH_BYTES + json.length).appendInt(json.length).appendBytes(json);
    }
}
