package io.holdfast.keeper.exec;

import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One executed program and its client. On the sessions' thread only.
 *
 * <p>It is over when the program has ended, its output is on its way, and its end behind it. Output that a program of the background
 * still could write is not waited for. A client that goes away hangs up: the kernel tells a terminal's processes, others are sent HUP;
 * what has not ended some seconds later is killed, with its process group.
 */
final class ExecSession implements ClientSocket.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);

    /** How much input may be under way to a program that does not read. */
    static final int INPUT_WINDOW_BYTES = 64 << 10;

    /** Credit is given back in pieces, not for each byte. */
    private static final int CREDIT_STEP_BYTES = INPUT_WINDOW_BYTES / 4;

    /** Between HUP and KILL for a program whose client is gone. */
    static final long HANG_UP_GRACE_MILLIS = 10_000;

    /** What is still read of an ended program's output: as much as a pipe can hold (fs.pipe-max-size). */
    private static final int MAX_LAST_BYTES = 1 << 20;

    /** What a terminal's user types for the end of input; VEOF in termios(3). */
    private static final byte END_OF_FILE = 4;

    private record Output(int fd, int kind) {}

    private final Streams streams;
    private final Syscalls syscalls;
    private final Program program;
    private final Function<Optional<ChildExit>, Reply.Exit> toExit;
    private final Runnable onOver;
    private final Input input;
    private final List<Output> outputs = new ArrayList<>();

    private ClientSocket client;
    private Reply.Exit exit = Reply.Exit.NONE;
    private int uncreditedBytes;
    private int windowBytes = INPUT_WINDOW_BYTES;
    private int lastBytes;
    private boolean hungUp;
    private boolean over;

    /** @param onOver told once, when nothing of it is left */
    ExecSession(Streams streams, Program program, Function<Optional<ChildExit>, Reply.Exit> toExit, Runnable onOver)
            throws ErrnoException {
        this.streams = streams;
        this.syscalls = streams.syscalls;
        this.program = program;
        this.toExit = toExit;
        this.onOver = onOver;
        if (program.hasTerminal()) {
            // a descriptor for each direction: each is waited for on its own
            input = streams.input(syscalls.duplicate(program.terminal()));
            outputs.add(new Output(program.terminal(), ExecFrames.STDOUT));
        } else {
            input = streams.input(program.stdin());
            outputs.add(new Output(program.stdout(), ExecFrames.STDOUT));
            outputs.add(new Output(program.stderr(), ExecFrames.STDERR));
        }
    }

    /** Its end is waited for from now on, whether or not a client comes. */
    void watch() {
        streams.poller.watch(program.pidfd(), events -> look());
    }

    void begin(SocketChannel channel) {
        if (hungUp) {
            closeQuietly(channel);
            return;
        }
        try {
            client = new ClientSocket(channel, streams, this);
        } catch (IOException e) {
            LOG.debug("a session's client is gone: {}", e.getMessage());
            closeQuietly(channel);
            hangUp();
            return;
        }
        if (exit.ended()) {
            finish();
        } else {
            watchOutputs();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.trace("closed");
        }
    }

    // -- from the client

    @Override
    public void frame(int kind, ByteBuffer data) throws IOException {
        switch (kind) {
            case ExecFrames.INPUT -> {
                windowBytes -= data.remaining();
                if (windowBytes < 0) {
                    throw new IOException("more input than there was credit for");
                }
                input.add(data, this::taken);
            }
            case ExecFrames.CLOSE_INPUT -> closeInput();
            case ExecFrames.RESIZE -> resize(ClientSocket.size(data));
            case ExecFrames.SIGNAL -> signal(ClientSocket.signal(data));
            default -> throw new IOException("frame of kind " + kind + " is unknown");
        }
    }

    private void taken(int bytes) {
        uncreditedBytes += bytes;
        if (uncreditedBytes >= CREDIT_STEP_BYTES) {
            credit();
        }
    }

    private void credit() {
        // not while the client does not read: else small inputs would pile up credits
        if (uncreditedBytes > 0 && client != null && !client.full()) {
            int bytes = uncreditedBytes;
            uncreditedBytes = 0;
            windowBytes += bytes;
            client.send(ExecFrames.credit(bytes));
        }
    }

    private void closeInput() {
        if (program.hasTerminal()) {
            input.add(ByteBuffer.wrap(new byte[] {END_OF_FILE}), bytes -> {});
        } else {
            input.closeWhenWritten();
        }
    }

    private void resize(ClientSocket.Size size) throws ErrnoException {
        if (program.hasTerminal() && !outputs.isEmpty()) {
            syscalls.setWindowSize(program.terminal(), size.rows(), size.columns());
        }
    }

    private void signal(int signal) {
        if (exit.ended()) {
            return;
        }
        try {
            syscalls.pidfdSendSignal(program.pidfd(), signal);
        } catch (ErrnoException e) {
            LOG.debug("a program has ended: {}", e.getMessage());
        }
    }

    @Override
    public void drained() {
        credit();
        if (exit.ended()) {
            finish();
        } else if (!client.full()) {
            watchOutputs();
        }
    }

    @Override
    public void gone() {
        hangUp();
    }

    // -- from the program

    private void watchOutputs() {
        for (Output output : outputs) {
            streams.poller.watch(output.fd(), events -> readable(output));
        }
    }

    private void readable(Output output) {
        if (!client.full() && read(output) == 0) {
            end(output);
        }
        if (client.full()) {
            // the program is held up by its pipe until the client has read
            outputs.forEach(each -> streams.poller.forget(each.fd()));
        }
    }

    /** @return bytes read and sent, 0 at the end, -1 where there is nothing now */
    private int read(Output output) {
        int read;
        try {
            read = syscalls.read(output.fd(), streams.buffer);
        } catch (ErrnoException e) {
            // EIO: the terminal's other side was closed by all
            return e.errno() == Errno.EAGAIN ? -1 : 0;
        }
        if (read > 0) {
            byte[] bytes = new byte[read];
            streams.buffer.getBytes(0, bytes, 0, read);
            client.send(ExecFrames.frame(output.kind(), bytes));
        }
        return read;
    }

    private void end(Output output) {
        if (outputs.remove(output)) {
            streams.poller.forget(output.fd());
            Descriptors.close(syscalls, output.fd());
        }
    }

    private void look() {
        Optional<ChildExit> status;
        try {
            status = syscalls.poll(program.pid());
        } catch (ErrnoException e) {
            LOG.error("the status of process {} is lost: {}", program.pid(), e.getMessage());
            ended(Optional.empty());
            return;
        }
        if (status.isPresent()) {
            ended(status);
        }
    }

    /** @param status empty where nobody saw it */
    private void ended(Optional<ChildExit> status) {
        streams.poller.forget(program.pidfd());
        Descriptors.close(syscalls, program.pidfd());
        exit = toExit.apply(status);
        if (hungUp) {
            release();
        } else if (client != null) {
            finish();
        }
    }

    /** What is left of its output, then its end. Goes on when the client has read, where it has not. */
    private void finish() {
        while (!outputs.isEmpty()) {
            Output output = outputs.get(0);
            int read = 1;
            while (read > 0 && !client.full() && lastBytes < MAX_LAST_BYTES) {
                read = read(output);
                lastBytes += Math.max(read, 0);
            }
            if (client.full()) {
                outputs.forEach(each -> streams.poller.forget(each.fd()));
                return;
            }
            end(output);
        }
        if (!over) {
            client.send(ExecFrames.exit(exit));
            client.closeWhenSent();
            release();
        }
    }

    // -- ends

    /** The client is gone. */
    void hangUp() {
        if (hungUp || over) {
            return;
        }
        hungUp = true;
        closeAll();
        if (exit.ended()) {
            release();
            return;
        }
        if (!program.hasTerminal()) {
            signalGroup(Syscalls.SIGHUP);
        }
        streams.poller.schedule(HANG_UP_GRACE_MILLIS, () -> signalGroup(Syscalls.SIGKILL));
    }

    /** While it was not waited for, its number and that of its group are its own. */
    private void signalGroup(int signal) {
        if (exit.ended()) {
            return;
        }
        try {
            syscalls.kernel().call(Call.KILL, -program.pid(), signal);
        } catch (ErrnoException e) {
            LOG.debug("a program has ended: {}", e.getMessage());
        }
    }

    private void closeAll() {
        input.close();
        for (Output output : List.copyOf(outputs)) {
            end(output);
        }
        if (client != null) {
            client.close();
        }
    }

    private void release() {
        if (over) {
            return;
        }
        over = true;
        input.close();
        for (Output output : List.copyOf(outputs)) {
            end(output);
        }
        streams.forget(this);
        onOver.run();
    }

    /** The keeper ends: the program, too, for nobody would wait for it. */
    void kill() {
        hungUp = true;
        closeAll();
        signalGroup(Syscalls.SIGKILL);
        reap();
    }

    /** Takes the status of one that was killed, where it has one by now. */
    void reap() {
        if (exit.ended()) {
            release();
        } else {
            look();
        }
    }
}
