package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.Frame;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Cuts a stream of bytes into frames. One that is longer than allowed is a fault, after which nothing is read any more. */
final class FrameParser {
    private final Consumer<Buffer> frames;
    private final Consumer<String> faults;
    private Buffer rest = Buffer.buffer();
    private boolean broken;

    FrameParser(Consumer<Buffer> frames, Consumer<String> faults) {
        this.frames = frames;
        this.faults = faults;
    }

    void feed(Buffer bytes) {
        if (broken) {
            return;
        }
        rest = rest.length() == 0 ? bytes : rest.appendBuffer(bytes);
        int at = 0;
        while (rest.length() - at >= KeeperFrames.LENGTH_BYTES) {
            int length = rest.getInt(at);
            if (length < 0 || length > Frame.MAX_BYTES) {
                broken = true;
                faults.accept("a frame of " + Integer.toUnsignedLong(length) + " bytes is above " + Frame.MAX_BYTES);
                return;
            }
            int end = at + KeeperFrames.LENGTH_BYTES + length;
            if (rest.length() < end) {
                break;
            }
            frames.accept(rest.getBuffer(at + KeeperFrames.LENGTH_BYTES, end));
            at = end;
        }
        rest = at == 0 ? rest : rest.getBuffer(at, rest.length());
    }
}
