package io.holdfast.model.line;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One frame of a program that runs in a container beside its task: a byte for the channel, then data. The same frames go from the
 * user to the scheduler and from there to the agent, each as one binary WebSocket message of at most {@link
 * LineMessage#MAX_BYTES} bytes.
 *
 * <p>The user begins with one {@link Channel#START}. The agent ends with one {@link Channel#EXIT} or {@link Channel#ERROR}. Input is
 * sent against credit, so that a program that does not read keeps nobody from being heard; output is held up by not reading.
 */
public record ExecFrame(Channel channel, byte[] data) {

    /** The WebSocket subprotocol between user and scheduler; another version is another name. */
    public static final String SUBPROTOCOL = "holdfast.exec.v1";

    /** The most data of one frame. */
    public static final int MAX_DATA = LineMessage.MAX_BYTES - 1;

    /** What the data of a frame is. The numbers are the format's. */
    public enum Channel {
        /** Up to the program's standard input; no data is its end. */
        STDIN(0),
        /** What the program wrote; of a terminal all of it. */
        STDOUT(1),
        /** What the program wrote to standard error. */
        STDERR(2),
        /** {@link ExecStart.Size} as JSON: the user's terminal has changed. */
        RESIZE(3),
        /** {@link ExecExit} as JSON: the program has ended, and all it wrote has been sent. */
        EXIT(4),
        /** Text: why the program could not be run, or is not known of any more. */
        ERROR(5),
        /** {@link ExecStart} as JSON: what to run. */
        START(6),
        /** Down, four bytes, big-endian: so many more bytes may be sent on {@link #STDIN}. */
        CREDIT(7);

        private final int number;

        Channel(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public ExecFrame {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException(
                    data.length + " bytes are above " + MAX_DATA + ", the most of one frame");
        }
    }

    public static ExecFrame text(Channel channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ExecFrame(channel, bytes.length <= MAX_DATA ? bytes : Arrays.copyOf(bytes, MAX_DATA));
    }

    /** A {@link Channel#CREDIT}. */
    public static ExecFrame credit(int bytes) {
        return new ExecFrame(
                Channel.CREDIT, ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array());
    }

    /** Of a {@link Channel#CREDIT}. */
    public int creditBytes() {
        if (data.length != Integer.BYTES || ByteBuffer.wrap(data).getInt() < 0) {
            throw new IllegalArgumentException("credit is four bytes, and not negative");
        }
        return ByteBuffer.wrap(data).getInt();
    }

    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[data.length + 1];
        bytes[0] = (byte) channel.number;
        System.arraycopy(data, 0, bytes, 1, data.length);
        return bytes;
    }

    /** @throws IllegalArgumentException when it is no frame of this version */
    public static ExecFrame parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("a frame without a channel");
        }
        for (Channel channel : Channel.values()) {
            if (channel.number == bytes[0]) {
                return new ExecFrame(channel, Arrays.copyOfRange(bytes, 1, bytes.length));
            }
        }
        throw new IllegalArgumentException("channel " + bytes[0] + " is not known");
    }
}
