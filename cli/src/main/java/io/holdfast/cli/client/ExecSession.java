package io.holdfast.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.exit.CommandFailed;
import io.holdfast.cli.exit.ExitCodes;
import io.holdfast.model.line.ExecExit;
import io.holdfast.model.line.ExecFrame;
import io.holdfast.model.line.ExecFrame.Channel;
import io.holdfast.model.line.ExecStart;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * A program beside a task, joined to this process's streams. The caller's thread copies output, one more copies input, no more
 * than there is credit for; nothing is kept in between, so that whoever reads slowly slows the program.
 */
public final class ExecSession implements Closeable {
    /** Bytes of input in one frame: a key that is pressed does not wait for more. */
    private static final int CHUNK_BYTES = 16 << 10;

    /** A program whose output nobody takes ends as it would in a pipe: with SIGPIPE. */
    private static final int BROKEN_PIPE = 128 + 13;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebSocketClient socket;
    private final Semaphore credit = new Semaphore(0);

    private ExecSession(WebSocketClient socket) {
        this.socket = socket;
    }

    /** @param task may be empty where the allocation has one */
    public static ExecSession open(ApiClient api, String allocation, String task, ExecStart start) {
        Map<String, String> query = new LinkedHashMap<>();
        if (!task.isEmpty()) {
            query.put("task", task);
        }
        byte[] said = json(start);
        if (said.length > ExecStart.MAX_BYTES) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    "a command of " + said.length + " bytes with its environment is above " + ExecStart.MAX_BYTES
                            + ": hand it over on standard input, with -i");
        }
        ExecSession session = new ExecSession(
                api.webSocket(ApiClient.path("v1", "allocations", allocation, "exec"), query, ExecFrame.SUBPROTOCOL));
        session.send(new ExecFrame(Channel.START, said));
        return session;
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing " + value + " as JSON failed", e);
        }
    }

    /** Copies from {@code in} until its end, by a thread of its own that does not keep the process alive. */
    public void copyInput(InputStream in) {
        Thread copier = new Thread(
                () -> {
                    byte[] buffer = new byte[CHUNK_BYTES];
                    try {
                        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                            credit.acquire(read);
                            socket.send(new ExecFrame(Channel.STDIN, Arrays.copyOf(buffer, read)).bytes());
                        }
                        socket.send(new ExecFrame(Channel.STDIN, new byte[0]).bytes());
                    } catch (IOException | InterruptedException e) {
                        // the session has ended: whoever reads its output tells how
                    }
                },
                "exec-input");
        copier.setDaemon(true);
        copier.start();
    }

    /** Without input: the program reads an end. To be called once {@link #copyOutput} runs, or before. */
    public void endInput() {
        Thread ender = new Thread(
                () -> {
                    try {
                        credit.acquire(1);
                        socket.send(new ExecFrame(Channel.STDIN, new byte[0]).bytes());
                    } catch (IOException | InterruptedException e) {
                        // as above
                    }
                },
                "exec-input");
        ender.setDaemon(true);
        ender.start();
    }

    /** The terminal has changed. After the session's end nothing happens. */
    public void resize(ExecStart.Size size) {
        try {
            socket.send(new ExecFrame(Channel.RESIZE, json(size)).bytes());
        } catch (IOException e) {
            // the session has ended
        }
    }

    /** Copies what the program writes until it ends; its exit code as shells have it. */
    public int copyOutput(PrintStream out, PrintStream err) {
        try {
            for (Optional<byte[]> message = socket.read(); message.isPresent(); message = socket.read()) {
                ExecFrame frame = ExecFrame.parse(message.get());
                switch (frame.channel()) {
                    case STDOUT -> {
                        if (!write(out, frame)) {
                            return BROKEN_PIPE;
                        }
                    }
                    case STDERR -> write(err, frame);
                    case CREDIT -> credit.release(frame.creditBytes());
                    case EXIT -> {
                        return JSON.readValue(frame.data(), ExecExit.class).shellCode();
                    }
                    case ERROR -> throw new CommandFailed(ExitCodes.UNAVAILABLE, printable(frame.text()));
                    default -> throw new IOException("a frame of channel " + frame.channel());
                }
            }
            throw new CommandFailed(ExitCodes.UNAVAILABLE, "the scheduler ended the session without a word");
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitCodes.UNAVAILABLE,
                    "the session broke off, the program was hung up on: the scheduler or the node went away");
        }
    }

    private static boolean write(PrintStream to, ExecFrame frame) {
        to.write(frame.data(), 0, frame.data().length);
        return !to.checkError();
    }

    private static String printable(String text) {
        return io.holdfast.cli.output.Table.printable(text.replace('\n', ' '));
    }

    private void send(ExecFrame frame) {
        try {
            socket.send(frame.bytes());
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.UNAVAILABLE, "the session broke off before it began: try again");
        }
    }

    /** Hangs up on a program that has not ended. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // closed it is
        }
    }
}
