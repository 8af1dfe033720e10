package io.holdfast.cli.e2e;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.testkit.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Listens where {@code --console-socket} says, and talks on the terminal that is sent there. */
final class ConsoleListener implements AutoCloseable {
    private static final String LISTENS = "00010000";

    private final Path path;
    private final ServerSocketChannel listener;
    private final Syscalls syscalls = new Syscalls(new JnrKernel());
    private final StringBuilder heard = new StringBuilder();
    private int master = -1;

    ConsoleListener(Path path) throws IOException {
        this.path = path;
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path), 1);
        listener.configureBlocking(false);
    }

    /** Takes the master off the one connection that is made. */
    void receive() throws IOException {
        try (SocketChannel connection =
                Await.value("a connection", OciNode.BOUND, listener::accept, accepted -> accepted != null)) {
            int socket = descriptor(connection);
            master = Await.value("a terminal", OciNode.BOUND, () -> syscalls.receiveDescriptor(socket), fd -> fd >= 0);
        }
    }

    /** The JDK does not tell it; an accepted socket has its listener's path, and is the only other one that has. */
    private int descriptor(SocketChannel connection) throws IOException {
        String inode = Files.readAllLines(Path.of("/proc/self/net/unix"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.endsWith(" " + path))
                .map(line -> line.strip().split(" +"))
                .filter(columns -> !columns[3].equals(LISTENS))
                .map(columns -> columns[6])
                .findFirst()
                .orElseThrow(() -> new AssertionError("the kernel does not list " + connection));
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> leadsTo(descriptor, "socket:[" + inode + "]"))
                    .map(descriptor -> Integer.parseInt(descriptor.getFileName().toString()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no descriptor of " + connection));
        }
    }

    private static boolean leadsTo(Path descriptor, String what) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(what);
        } catch (NoSuchFileException e) {
            return false; // closed since it was listed
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Octal, as open(2) has them. */
    int masterFlags() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + master)).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring("flags:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    void type(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        syscalls.write(master, bytes, 0, bytes.length);
    }

    /** All that was said until now, once it ends like this. */
    String hear(String end) {
        return Await.value(
                "\"" + end + "\" on the terminal",
                OciNode.BOUND,
                () -> {
                    hearMore();
                    return heard.toString();
                },
                text -> text.endsWith(end));
    }

    private void hearMore() throws ErrnoException {
        byte[] bytes = new byte[4096];
        while ((syscalls.poll(List.of(new Pollable(master, Syscalls.POLLIN)), 0)[0] & Syscalls.POLLIN) != 0) {
            int n = syscalls.read(master, bytes, 0, bytes.length);
            heard.append(new String(bytes, 0, n, StandardCharsets.UTF_8).replace("\r\n", "\n"));
        }
    }

    /** Listens no more, and leaves the file there. */
    void abandon() throws IOException {
        listener.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(path);
        if (master >= 0) {
            syscalls.close(master);
        }
    }
}
