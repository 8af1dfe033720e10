package io.holdfast.cli.oci;

import io.holdfast.keeper.api.Event;
import io.holdfast.keeper.api.KeeperClient;
import io.holdfast.keeper.api.KeeperClient.RequestFailedException;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.ConfigReader;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.oci.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the commands share: the keeper's requests in the words of an OCI runtime. */
final class Containers implements AutoCloseable {
    /** Annotations of the sandbox, for {@code list}. */
    static final String NAME = "holdfast.oci.id";

    static final String ROOT_BUNDLE = "holdfast.oci.bundle";
    private static final String CONFIG = "config.json";

    private final KeeperClient client;

    private Containers(KeeperClient client) {
        this.client = client;
    }

    static Containers connect(OciCommand command) throws IOException {
        return connect(command, event -> {});
    }

    static Containers connect(OciCommand command, Consumer<Event> events) throws IOException {
        return new Containers(KeeperClient.connect(command.socket(), events));
    }

    static void requireNoDescriptors(int preserved) throws OciFailed {
        if (preserved != 0) {
            throw new OciFailed("--preserve-fds " + preserved + ": nothing but 0, 1 and 2 reaches a program");
        }
    }

    KeeperClient client() {
        return client;
    }

    /** @throws OciFailed with a line for each field that is wrong */
    static Spec config(Path bundle) throws IOException {
        Path file = bundle.resolve(CONFIG);
        byte[] json;
        try (var in = Files.newInputStream(file)) {
            json = in.readNBytes(ConfigReader.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new OciFailed(file + " is not there: --bundle names the directory that it lies in");
        }
        if (json.length > ConfigReader.MAX_BYTES) {
            throw new OciFailed(file + " is longer than " + ConfigReader.MAX_BYTES + " bytes, the most");
        }
        ConfigReader.Result result = ConfigReader.read(json);
        if (!result.problems().isEmpty()) {
            List<String> lines = new ArrayList<>();
            result.problems().forEach(problem -> lines.add(file + ": " + problem));
            throw new OciFailed(lines);
        }
        return result.spec();
    }

    int create(ContainerName name, Path bundle, Path pidFile, String consoleSocket) throws IOException {
        Path absolute = bundle.toRealPath();
        Spec spec = config(absolute);
        if (spec.process().terminal() && consoleSocket.isEmpty()) {
            throw new OciFailed("process.terminal: a terminal needs --console-socket");
        }
        if (!spec.process().terminal() && !consoleSocket.isEmpty()) {
            throw new OciFailed("--console-socket: process.terminal is false, there is no terminal to send");
        }
        Reply.Started started = client.call(
                new Request.CreateContainer(
                        name.keeperId(),
                        name.id(),
                        absolute.toString(),
                        spec,
                        new Request.Stdio((int) ProcessHandle.current().pid()),
                        0,
                        consoleSocket,
                        Map.of(NAME, name.id(), ROOT_BUNDLE, absolute.toString())),
                Reply.Started.class);
        if (pidFile != null) {
            try {
                writePid(pidFile, started.pid());
            } catch (IOException e) {
                client.removeSandbox(name.keeperId());
                throw new OciFailed("--pid-file " + pidFile + " cannot be written: " + e.getMessage());
            }
        }
        return started.pid();
    }

    /** Whole or not at all: who waits for the file reads it at once. */
    private static void writePid(Path file, int pid) throws IOException {
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling("." + target.getFileName() + ".new");
        Files.write(fresh, Integer.toString(pid).getBytes(StandardCharsets.US_ASCII));
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void start(ContainerName name) throws IOException {
        call(name, new Request.StartCreated(name.keeperId()), Reply.Started.class);
    }

    State state(ContainerName name) throws IOException {
        return call(name, new Request.ContainerState(name.keeperId()), Reply.OciState.class)
                .state();
    }

    <T extends Reply> T call(ContainerName name, Request request, Class<T> reply) throws IOException {
        try {
            return client.call(request, reply);
        } catch (RequestFailedException e) {
            if (e.error().code().equals("not-found")) {
                throw new OciFailed("container " + name.id() + " does not exist");
            }
            throw e;
        }
    }

    Optional<Reply.ContainerStatus> status(ContainerName name) throws IOException {
        return client.list().items().stream()
                .filter(sandbox -> sandbox.id().equals(name.keeperId()))
                .flatMap(sandbox -> sandbox.containers().stream())
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
