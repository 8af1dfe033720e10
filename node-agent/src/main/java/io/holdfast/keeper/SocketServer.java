package io.holdfast.keeper;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The unix socket: only root and the agent's user come through, by the file's mode and by the kernel's word for the peer. */
final class SocketServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

    /** sun_path, unix(7), less its NUL and the suffix of the name that is bound first. */
    static final int MAX_PATH_BYTES = 107 - ".new".length();

    private static final int BACKLOG = 128;
    private static final long ACCEPT_FAULT_PAUSE_MILLIS = 200;

    private final Path path;
    private final ServerSocketChannel server;
    private final List<UserPrincipal> allowed;
    private final Dispatcher dispatcher;
    private final Watchers watchers;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore frameBytes = new Semaphore(Limits.MAX_FRAME_BYTES_IN_FLIGHT);
    private volatile boolean closed;

    private SocketServer(
            Path path,
            ServerSocketChannel server,
            List<UserPrincipal> allowed,
            Dispatcher dispatcher,
            Watchers watchers) {
        this.path = path;
        this.server = server;
        this.allowed = allowed;
        this.dispatcher = dispatcher;
        this.watchers = watchers;
    }

    /** Listens from now on. The directories' locks are held, so a socket that is there is a dead one. */
    static SocketServer open(Path path, String agentUser, Dispatcher dispatcher, Watchers watchers)
            throws IOException, RefusedException {
        List<UserPrincipal> allowed = new ArrayList<>();
        allowed.add(user(path, "root"));
        if (!agentUser.isEmpty()) {
            allowed.add(user(path, agentUser));
        }
        Files.createDirectories(path.getParent());
        // bound under another name: under its own it never is open to more than it should be
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.setOwner(fresh, allowed.get(allowed.size() - 1));
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            server.close();
            Files.deleteIfExists(fresh);
            throw e instanceof BindException
                    ? new IOException("cannot listen on socket %s: %s".formatted(path, e.getMessage()), e)
                    : e;
        }
        SocketServer opened = new SocketServer(path, server, allowed, dispatcher, watchers);
        Thread thread = new Thread(opened::accept, "keeper-accept");
        thread.setDaemon(true);
        thread.start();
        return opened;
    }

    private static UserPrincipal user(Path path, String name) throws IOException, RefusedException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw RefusedException.badRequest("agent-user %s is not a user of this host", name);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                admit(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("a connection could not be accepted: {}", e.getMessage());
                pause();
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        UserPrincipal peer =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!allowed.contains(peer)) {
            LOG.warn("a connection of user {} is refused", peer.getName());
            channel.close();
            return;
        }
        if (connections.size() >= Limits.MAX_CONNECTIONS) {
            LOG.warn("a connection is refused: {} are open, the most", Limits.MAX_CONNECTIONS);
            channel.close();
            return;
        }
        Connection connection = new Connection(
                channel, dispatcher, watchers, frameBytes, connections::remove, peer.equals(allowed.get(0)));
        connections.add(connection);
        connection.start();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ACCEPT_FAULT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** No more requests; answers of those under way are not delivered. */
    @Override
    public void close() throws IOException {
        closed = true;
        Files.deleteIfExists(path);
        server.close();
        connections.forEach(Connection::close);
    }
}
