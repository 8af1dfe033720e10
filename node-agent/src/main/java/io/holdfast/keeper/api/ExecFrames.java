package io.holdfast.keeper.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a connection carries once {@code exec} or {@code attach} was answered: a 4-byte big-endian length, as for every frame, then
 * one byte that tells the kind, then that kind's data.
 *
 * <pre>
 * to the keeper                              from the keeper
 * INPUT        bytes                         STDOUT  bytes
 * CLOSE_INPUT  -                             STDERR  bytes; never with a terminal
 * RESIZE       rows, columns: 2 bytes each   CREDIT  4 bytes: so much more input may be sent
 * SIGNAL       number: 1 byte                EXIT    JSON of {@link Reply.Exit}; the last frame
 * </pre>
 *
 * <p>Input is sent against credit, so that a program which does not read holds up neither a resize nor a signal. Output is held up
 * by not reading the connection.
 */
public final class ExecFrames {
    public static final int INPUT = 1;
    public static final int CLOSE_INPUT = 2;
    public static final int RESIZE = 3;
    public static final int SIGNAL = 4;

    public static final int STDOUT = 17;
    public static final int STDERR = 18;
    public static final int CREDIT = 19;
    public static final int EXIT = 20;

    /** The most bytes of input or output in one frame. */
    public static final int MAX_DATA_BYTES = 64 << 10;

    /** Length and kind. */
    public static final int HEADER_BYTES = 5;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ExecFrames() {}

    /** A whole frame, ready to be written. */
    public static ByteBuffer frame(int kind, byte[] data) {
        return header(kind, data.length).put(data).flip();
    }

    public static ByteBuffer resize(int rows, int columns) {
        return header(RESIZE, 4)
                .putShort((short) rows)
                .putShort((short) columns)
                .flip();
    }

    public static ByteBuffer signal(int signal) {
        return header(SIGNAL, 1).put((byte) signal).flip();
    }

    public static ByteBuffer credit(int bytes) {
        return header(CREDIT, 4).putInt(bytes).flip();
    }

    public static ByteBuffer exit(Reply.Exit exit) {
        try {
            return frame(EXIT, MAPPER.writeValueAsBytes(exit));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an exit cannot be written", e);
        }
    }

    /** @param data of an {@link #EXIT} frame */
    public static Reply.Exit readExit(byte[] data) throws IOException {
        return MAPPER.readValue(data, Reply.Exit.class);
    }

    private static ByteBuffer header(int kind, int dataBytes) {
        return ByteBuffer.allocate(HEADER_BYTES + dataBytes)
                .putInt(1 + dataBytes)
                .put((byte) kind);
    }
}
