package io.holdfast.keeper.exec;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Poller;
import io.holdfast.keeper.linux.Syscalls;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be read by a program, and the descriptor that it is written to. Its length is bounded by the credit that its writers
 * have. On the sessions' thread only.
 */
final class Input {
    private static final Logger LOG = LoggerFactory.getLogger(Input.class);

    private record Piece(ByteBuffer bytes, IntConsumer taken) {}

    private final Syscalls syscalls;
    private final Poller poller;
    private final Memory buffer;
    private final int fd;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private boolean closeWhenWritten;
    private boolean closed;
    /** Nobody reads any more: what comes is taken and dropped, as a broken pipe does. */
    private boolean broken;

    /** @param buffer shared by all that happens on the thread */
    Input(Syscalls syscalls, Poller poller, Memory buffer, int fd) {
        this.syscalls = syscalls;
        this.poller = poller;
        this.buffer = buffer;
        this.fd = fd;
    }

    /** @param taken told how many bytes the program's side has taken, in pieces */
    void add(ByteBuffer bytes, IntConsumer taken) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        if (closed || closeWhenWritten) {
            taken.accept(copy.remaining());
            return;
        }
        pieces.add(new Piece(copy, taken));
        if (pieces.size() == 1) {
            pump();
        }
    }

    /** The program reads an end behind what was added. */
    void closeWhenWritten() {
        closeWhenWritten = true;
        if (pieces.isEmpty()) {
            close();
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        pieces.clear();
        poller.forget(fd);
        Descriptors.close(syscalls, fd);
    }

    private void pump() {
        while (!pieces.isEmpty() && !closed) {
            Piece piece = pieces.peek();
            int written = broken ? piece.bytes().remaining() : write(piece.bytes());
            if (written < 0) {
                poller.watch(fd, Syscalls.POLLOUT, events -> pump());
                return;
            }
            piece.bytes().position(piece.bytes().position() + written);
            if (!piece.bytes().hasRemaining()) {
                pieces.poll();
            }
            piece.taken().accept(written);
        }
        // watched only while something waits: a hang-up would be told again and again
        poller.forget(fd);
        if (closeWhenWritten) {
            close();
        }
    }

    /** @return how many bytes, or -1 where there is no room now */
    private int write(ByteBuffer bytes) {
        int length = Math.min(bytes.remaining(), buffer.sizeBytes());
        buffer.putBytes(0, bytes.array(), bytes.position(), length);
        try {
            int written = (int) syscalls.kernel().call(Call.WRITE, fd, buffer, length);
            return written == 0 ? -1 : written;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAGAIN) {
                return -1;
            }
            if (e.errno() == Errno.EINTR) {
                return 0;
            }
            LOG.debug("a program reads no more: {}", e.getMessage());
            broken = true;
            return 0;
        }
    }
}
