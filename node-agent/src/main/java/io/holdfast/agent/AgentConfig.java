package io.holdfast.agent;

import io.holdfast.agent.image.registry.RegistriesConfig;
import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.text.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How an agent runs.
 *
 * @param dataDir made when it is not there; one agent's at a time
 * @param name of the node, as people call it
 * @param schedulers base addresses, tried in turn
 * @param nodeTokenFile what the schedulers know the node by
 * @param keeperSocket the keeper's unix socket
 * @param reserve kept for the host: taken off what the keeper's cgroup allows
 * @param drainOnExit whether everything on the node ends before the agent does
 * @param drainTimeoutMillis how long that may take
 * @param traits what its owner says of the node
 * @param registries how those are reached that images come from
 */
public record AgentConfig(
        Path dataDir,
        String name,
        List<URI> schedulers,
        Path nodeTokenFile,
        Path keeperSocket,
        Capacity reserve,
        boolean drainOnExit,
        long drainTimeoutMillis,
        NodeTraits traits,
        RegistriesConfig registries) {

    /** As configuration files and flags name it. */
    public static final String ROLE = "agent";

    /** Schedulers listed; a cluster has a handful. */
    public static final int MAX_SCHEDULERS = 16;

    /** Bytes of a socket's path: sun_path of unix(7), with its ending zero. */
    public static final int MAX_SOCKET_PATH = 107;

    static final URI DEFAULT_SCHEDULER = URI.create("http://127.0.0.1:7470");
    static final long DEFAULT_DRAIN_TIMEOUT_MILLIS = 60_000;

    private static final long MAX = Long.MAX_VALUE / 1_000_000;

    public AgentConfig {
        schedulers = List.copyOf(schedulers);
    }

    /** Of a node of which nothing is said. */
    public AgentConfig(
            Path dataDir,
            String name,
            List<URI> schedulers,
            Path nodeTokenFile,
            Path keeperSocket,
            Capacity reserve,
            boolean drainOnExit,
            long drainTimeoutMillis,
            RegistriesConfig registries) {
        this(
                dataDir,
                name,
                schedulers,
                nodeTokenFile,
                keeperSocket,
                reserve,
                drainOnExit,
                drainTimeoutMillis,
                NodeTraits.DEFAULT,
                registries);
    }

    /** Of a node of which nothing is said, with registries as they are everywhere. */
    public AgentConfig(
            Path dataDir,
            String name,
            List<URI> schedulers,
            Path nodeTokenFile,
            Path keeperSocket,
            Capacity reserve,
            boolean drainOnExit,
            long drainTimeoutMillis) {
        this(
                dataDir,
                name,
                schedulers,
                nodeTokenFile,
                keeperSocket,
                reserve,
                drainOnExit,
                drainTimeoutMillis,
                RegistriesConfig.DEFAULT);
    }

    /**
     * All keys, or everything that is wrong with them.
     *
     * @param hostname of this machine: the node's name where none is given
     */
    public static Outcome<AgentConfig> read(ConfigReader in, String hostname) {
        Path dataDir = in.requiredPath("data-dir");
        String name = in.text("name", Names.like(hostname).orElse("node"));
        if (!Names.valid(name)) {
            in.reject("name", name, Names.RULE);
        }
        List<URI> schedulers = schedulers(in);
        Path tokenFile = in.requiredPath("node-token-file");
        Path socket = in.requiredPath("keeper-socket");
        if (socket.toString().length() > MAX_SOCKET_PATH) {
            in.reject(
                    "keeper-socket",
                    socket.toString(),
                    "is longer than " + MAX_SOCKET_PATH
                            + " bytes, which no unix socket's path may be: choose a shorter one");
        }
        Capacity reserve = new Capacity(
                in.cpuMillis("reserve.cpu", 0, 0, MAX),
                in.sizeBytes("reserve.memory", 0, 0, MAX),
                in.sizeBytes("reserve.disk", 0, 0, MAX),
                in.number("reserve.pids", 0, 0, MAX));
        boolean drain = in.flag("drain-on-exit", false);
        long drainTimeoutMillis = in.durationMillis("drain-timeout", DEFAULT_DRAIN_TIMEOUT_MILLIS, 1_000, 3_600_000);
        NodeTraits traits = new NodeTraits(
                in.text("pool", NodeScope.DEFAULT_POOL),
                in.text("datacenter", NodeScope.DEFAULT_DATACENTER),
                in.mapping("attributes"));
        traits.check(in);
        RegistriesConfig registries = registries(in);
        return in.finish(() -> new AgentConfig(
                dataDir, name, schedulers, tokenFile, socket, reserve, drain, drainTimeoutMillis, traits, registries));
    }

    private static RegistriesConfig registries(ConfigReader in) {
        if (!in.has("registries-file")) {
            return RegistriesConfig.DEFAULT;
        }
        Path file = in.requiredPath("registries-file");
        return RegistriesConfig.read(file).fold(read -> read, errors -> {
            for (Rejected error : errors) {
                boolean ofFile = error.path().equals("registries-file");
                in.reject("registries-file", file.toString(), ofFile ? error.message() : error.text());
            }
            return RegistriesConfig.DEFAULT;
        });
    }

    private static List<URI> schedulers(ConfigReader in) {
        List<String> texts = in.texts("schedulers", List.of(DEFAULT_SCHEDULER.toString()));
        List<URI> schedulers = new ArrayList<>();
        for (String text : texts) {
            try {
                URI uri = new URI(text);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                boolean bare = uri.getPath() == null
                        || uri.getPath().isEmpty()
                        || uri.getPath().equals("/");
                if (!web || uri.getHost() == null || !bare) {
                    in.reject("schedulers", text, "is not a scheduler's address: write it as " + DEFAULT_SCHEDULER);
                } else {
                    schedulers.add(uri);
                }
            } catch (URISyntaxException e) {
                in.reject("schedulers", text, "is not a scheduler's address: write it as " + DEFAULT_SCHEDULER);
            }
        }
        if (texts.isEmpty() || texts.size() > MAX_SCHEDULERS) {
            in.reject("schedulers", "", "must name 1 to " + MAX_SCHEDULERS + " schedulers");
        }
        return schedulers;
    }
}
