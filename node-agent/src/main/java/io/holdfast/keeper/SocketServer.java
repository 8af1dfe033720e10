package io.holdfast.keeper;

import io.holdfast.keeper.linux.SelfExec;
import io.holdfast.keeper.linux.Syscalls;
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
import java.util.Optional;
import java.util.OptionalInt;
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
    private final Syscalls syscalls;
    private final Handover handover;
    private final Upgrade upgrade;
    private final boolean inherited;
    private final Semaphore frameBytes = new Semaphore(Limits.MAX_FRAME_BYTES_IN_FLIGHT);
    private volatile boolean closed;

    private SocketServer(
            Path path,
            ServerSocketChannel server,
            List<UserPrincipal> allowed,
            Dispatcher dispatcher,
            Core core,
            Handover handover,
            Upgrade upgrade,
            boolean inherited) {
        this.path = path;
        this.server = server;
        this.allowed = allowed;
        this.dispatcher = dispatcher;
        this.watchers = core.watchers();
        this.syscalls = core.syscalls();
        this.handover = handover;
        this.upgrade = upgrade;
        this.inherited = inherited;
    }

    /** Listens from now on. The directories' locks are held, so a socket that is there is a dead one. */
    static SocketServer open(
            Path path, String agentUser, Dispatcher dispatcher, Core core, Handover handover, Upgrade upgrade)
            throws IOException, RefusedException {
        List<UserPrincipal> allowed = new ArrayList<>();
        allowed.add(user(path, "root"));
        if (!agentUser.isEmpty()) {
            allowed.add(user(path, agentUser));
        }
        UserPrincipal owner = allowed.get(allowed.size() - 1);
        Optional<ServerSocketChannel> inherited = inherited(path, handover, core.syscalls());
        if (inherited.isPresent()) {
            Files.setOwner(path, owner);
        }
        ServerSocketChannel server = inherited.isPresent() ? inherited.get() : bind(path, owner);
        SocketServer opened =
                new SocketServer(path, server, allowed, dispatcher, core, handover, upgrade, inherited.isPresent());
        Thread thread = new Thread(opened::accept, "keeper-accept");
        thread.setDaemon(true);
        thread.start();
        return opened;
    }

    /** The listener that this process had before it executed itself: whoever has connected meanwhile waits in its queue. */
    private static Optional<ServerSocketChannel> inherited(Path path, Handover handover, Syscalls syscalls)
            throws IOException {
        if (handover.take(Handover.LISTENER).isEmpty()
                || !(System.inheritedChannel() instanceof ServerSocketChannel channel)) {
            return Optional.empty();
        }
        boolean same = channel.getLocalAddress() instanceof UnixDomainSocketAddress address
                && address.getPath().equals(fresh(path))
                && Files.exists(path);
        if (!same) {
            // the configuration names another socket now
            closeInherited(channel, syscalls);
            return Optional.empty();
        }
        return Optional.of(channel);
    }

    /** Bound under another name: under its own it never is open to more than it should be. */
    private static Path fresh(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    private static ServerSocketChannel bind(Path path, UserPrincipal owner) throws IOException {
        Files.createDirectories(path.getParent());
        Path fresh = fresh(path);
        Files.deleteIfExists(fresh);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.setOwner(fresh, owner);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            server.close();
            Files.deleteIfExists(fresh);
            throw e instanceof BindException
                    ? new IOException("cannot listen on socket %s: %s".formatted(path, e.getMessage()), e)
                    : e;
        }
        return server;
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
                channel, dispatcher, watchers, frameBytes, upgrade, peer.equals(allowed.get(0)), connections::remove);
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

    /** No more requests; answers of those under way are not delivered. Before an upgrade the listener stays, and its queue. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (handover.isLeaving()) {
            connections.forEach(connection -> connection.farewell(Limits.FAREWELL_MILLIS));
            leave();
            return;
        }
        Files.deleteIfExists(path);
        if (inherited) {
            closeInherited(server, syscalls);
        } else {
            server.close();
        }
        connections.forEach(Connection::close);
    }

    private void leave() throws IOException {
        OptionalInt listener = ListenerSearch.find(fresh(path));
        if (listener.isEmpty()) {
            LOG.warn("the listener of {} is not found: the new keeper binds anew", path);
            return;
        }
        if (listener.getAsInt() != 0) {
            new SelfExec(syscalls).put(listener.getAsInt(), 0);
        }
        handover.leave(Handover.LISTENER, 0);
    }

    /** The JDK takes an inherited channel for inetd's and puts /dev/null in place of 0, 1 and 2 when it closes it. */
    private static void closeInherited(ServerSocketChannel server, Syscalls syscalls) throws IOException {
        SelfExec self = new SelfExec(syscalls);
        int out = self.copy(1);
        int err = self.copy(2);
        server.close();
        self.put(out, 1);
        self.put(err, 2);
        syscalls.close(out);
        syscalls.close(err);
    }
}
