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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    void create(ContainerName name, BundleOptions options) throws IOException {
        options.requireNoDescriptors();
        Path bundle = options.directory();
        Spec spec = config(bundle);
        Reply.Started started = client.call(
                new Request.CreateContainer(
                        name.keeperId(),
                        name.id(),
                        bundle.toString(),
                        spec,
                        new Request.Stdio((int) ProcessHandle.current().pid()),
                        0,
                        options.consoleSocket(spec.process()),
                        Map.of(NAME, name.id(), ROOT_BUNDLE, bundle.toString())),
                Reply.Started.class);
        try {
            options.writePid(started.pid());
        } catch (OciFailed e) {
            client.removeSandbox(name.keeperId());
            throw e;
        }
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
