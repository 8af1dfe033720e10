package io.holdfast.agent.fake;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.ExecFrames;
import io.holdfast.keeper.api.Frame;
import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.api.Wire;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A {@link FakeNode} behind a unix socket, in the keeper's frames. May be told to keep silent, and stopped and started again. */
public final class FakeKeeper {
    private final Vertx vertx;
    private final Path socket;
    public final FakeNode node = new FakeNode();
    public final List<Long> renewals = new CopyOnWriteArrayList<>();
    private final Map<String, String> logs = new ConcurrentHashMap<>();
    private final Set<NetSocket> clients = new CopyOnWriteArraySet<>();
    private final Set<NetSocket> watchers = new CopyOnWriteArraySet<>();
    private volatile Predicate<Request> silent = request -> false;
    private volatile Reply.Capacity capacity = new Reply.Capacity(4_000, 8L << 30, 100L << 30, 1_000);
    private volatile int protocol = Frame.PROTOCOL;
    private final AtomicInteger logReads = new AtomicInteger();
    private volatile long lastReadNanos;
    private final Map<NetSocket, Request.Exec> execs = new ConcurrentHashMap<>();
    private NetServer server;

    public FakeKeeper(Vertx vertx, Path socket) {
        this.vertx = vertx;
        this.socket = socket;
    }

    public FakeKeeper start() throws Exception {
        server = vertx.createNetServer().connectHandler(this::serve);
        server.listen(SocketAddress.domainSocketAddress(socket.toString()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        return this;
    }

    /** As a kill would: connections drop, the node's containers stay. */
    public void stop() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        clients.forEach(NetSocket::close);
        Files.deleteIfExists(socket);
    }

    public void keepSilentOn(Predicate<Request> which) {
        silent = which;
    }

    public void capacity(Reply.Capacity now) {
        capacity = now;
    }

    public void protocol(int now) {
        protocol = now;
    }

    /** How often output was asked for. */
    public int logReads() {
        return logReads.get();
    }

    /** Since output was asked for last. */
    public long quietMillis() {
        return (System.nanoTime() - lastReadNanos) / 1_000_000;
    }

    public int clientCount() {
        return clients.size();
    }

    public void log(String container, String text) {
        logs.merge(container, text, String::concat);
    }

    /** Ends a container and says so to whoever watches. */
    public void end(String container, Reply.Exit exit) {
        node.end(container, exit);
        watchers.forEach(watcher -> watcher.write(framed(Wire.event(new Event.Exited(container, "", exit)))));
    }

    public void tell(String frame) {
        watchers.forEach(watcher -> watcher.write(framed(frame)));
    }

    /** Raw bytes to all clients. */
    public void sayRaw(Buffer bytes) {
        clients.forEach(client -> client.write(bytes));
    }

    private void serve(NetSocket client) {
        clients.add(client);
        client.closeHandler(gone -> {
            clients.remove(client);
            watchers.remove(client);
            execs.remove(client);
        });
        RecordParser parser = RecordParser.newFixed(4);
        boolean[] body = {false};
        parser.handler(bytes -> {
            if (!body[0]) {
                body[0] = true;
                parser.fixedSizeMode(bytes.getInt(0));
            } else {
                body[0] = false;
                parser.fixedSizeMode(4);
                if (execs.containsKey(client)) {
                    execFrame(client, bytes);
                } else {
                    handle(client, bytes);
                }
            }
        });
        client.handler(parser);
    }

    private void handle(NetSocket client, Buffer bytes) {
        Wire.Call call;
        try {
            call = Wire.readRequest(bytes.getBytes());
        } catch (Wire.BadFrame e) {
            throw new AssertionError("not a request: " + bytes, e);
        }
        Request request = call.body();
        if (silent.test(request)) {
            return;
        }
        if (request instanceof Request.Watch) {
            watchers.add(client);
        }
        if (request instanceof Request.Renew renew) {
            renewals.add(renew.ttlMillis());
        }
        if (request instanceof Request.FindLog find) {
            answer(client, call.id(), findLog(find));
            return;
        }
        if (request instanceof Request.Exec exec) {
            answer(client, call.id(), new Reply.ExecStarted(7, 1 << 20));
            execs.put(client, exec);
            return;
        }
        if (request instanceof Request.ReadLog read) {
            readLog(client, call.id(), read, 0);
            return;
        }
        Object answer = request instanceof Request.Hello ? hello() : node.handle(request, System.currentTimeMillis());
        answer(client, call.id(), answer);
    }

    /** Programs that run, as they were asked for. */
    public List<Request.Exec> execs() {
        return List.copyOf(execs.values());
    }

    /** Every program writes what it reads, tells sizes on standard error, and ends with code 3 at the end of its input. */
    private static void execFrame(NetSocket client, Buffer frame) {
        byte[] data = frame.getBytes(1, frame.length());
        switch (frame.getByte(0)) {
            case ExecFrames.INPUT -> {
                client.write(
                        Buffer.buffer(ExecFrames.frame(ExecFrames.STDOUT, data).array()));
                client.write(Buffer.buffer(ExecFrames.credit(data.length).array()));
            }
            case ExecFrames.RESIZE ->
                client.write(Buffer.buffer(ExecFrames.frame(
                                ExecFrames.STDERR,
                                (frame.getUnsignedShort(1) + "x" + frame.getUnsignedShort(3))
                                        .getBytes(StandardCharsets.US_ASCII))
                        .array()));
            case ExecFrames.CLOSE_INPUT ->
                client.write(Buffer.buffer(ExecFrames.exit(FakeNode.code(3, 1)).array()));
            default -> throw new AssertionError("a frame of kind " + frame.getByte(0));
        }
    }

    /** Lines here have no times: {@code since} finds all of them. */
    private Object findLog(Request.FindLog find) {
        String text = logs.getOrDefault(find.id(), "");
        int offset = text.length();
        long lines = 0;
        while (offset > 0 && (find.tailLines() == Request.FindLog.ALL || lines < find.tailLines())) {
            offset = text.lastIndexOf('\n', offset - 2) + 1;
            lines++;
        }
        return new Reply.LogPlace(offset, lines, 0, text.length());
    }

    private Reply.Hello hello() {
        Map<String, String> attributes =
                new TreeMap<>(Map.of("arch", "amd64", "kernel", "6.1", "cgroup", "hybrid", "user-namespaces", "true"));
        return new Reply.Hello(protocol, "fake", "boot-1", attributes, capacity, List.of("host-image"));
    }

    private void readLog(NetSocket client, long id, Request.ReadLog read, long waitedMillis) {
        if (waitedMillis == 0) {
            logReads.incrementAndGet();
            lastReadNanos = System.nanoTime();
        }
        String text = logs.getOrDefault(read.id(), "");
        boolean known = false;
        boolean ended = false;
        for (Reply.SandboxStatus sandbox : node.list()) {
            for (Reply.ContainerStatus container : sandbox.containers()) {
                if (container.id().equals(read.id())) {
                    known = true;
                    ended = container.exit().ended();
                }
            }
        }
        if (!known) {
            answer(client, id, new KeeperError("not-found", "container " + read.id() + " is not there"));
            return;
        }
        int from = (int) Math.min(read.offset(), text.length());
        int to = Math.min(text.length(), from + read.maxBytes());
        if (from == to && !ended && waitedMillis < read.waitMillis()) {
            vertx.setTimer(5, again -> readLog(client, id, read, waitedMillis + 5));
            return;
        }
        byte[] data = text.substring(from, to).getBytes(StandardCharsets.US_ASCII);
        answer(client, id, new Reply.LogChunk(from, data, ended && to == text.length()));
    }

    private static void answer(NetSocket client, long id, Object answer) {
        client.write(framed(
                answer instanceof KeeperError error ? Wire.failure(id, error) : Wire.answer(id, (Reply) answer)));
    }

    private static Buffer framed(byte[] json) {
        return Buffer.buffer().appendInt(json.length).appendBytes(json);
    }

    public static Buffer framed(String json) {
        return framed(json.getBytes(StandardCharsets.UTF_8));
    }

    public List<String> aliveIds() {
        List<String> ids = new ArrayList<>();
        node.alive().forEach(container -> ids.add(container.id()));
        return ids;
    }
}
