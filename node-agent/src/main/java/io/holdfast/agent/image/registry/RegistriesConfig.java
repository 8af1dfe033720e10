package io.holdfast.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.Fields;
import io.holdfast.model.document.MediaType;
import io.holdfast.model.document.Problems;
import io.holdfast.model.document.Scalars;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How registries are reached: a YAML file of its own, because its keys are hosts, which no flag or variable could name.
 *
 * <pre>
 * docker-config: /etc/holdfast/docker-config.json
 * registries:
 *   docker.io:
 *     mirrors: [mirror.lan:5000, harbor.lan/hub]
 *   mirror.lan:5000:
 *     plain-http: true
 *   harbor.lan:
 *     ca-file: /etc/holdfast/lan-ca.pem
 * </pre>
 *
 * @param dockerConfig credentials, as {@code docker login} writes them; {@link #NO_FILE} for none
 * @param registries by host, with port where one is part of images' names
 */
public record RegistriesConfig(Path dockerConfig, Map<String, Registry> registries) {
    public static final Path NO_FILE = Path.of("");

    /** Over TLS with the Java platform's certificate authorities, without mirrors and credentials. */
    public static final RegistriesConfig DEFAULT = new RegistriesConfig(NO_FILE, Map.of());

    /** Bytes of the largest file that is read. */
    public static final int MAX_FILE_BYTES = 1 << 20;

    /** Registries that are configured. */
    public static final int MAX_REGISTRIES = 256;

    /** Mirrors of one registry: all are asked before the registry itself. */
    public static final int MAX_MIRRORS = 8;

    /** A name, or an IPv6 address in brackets, with a port or without: both become part of a URL. */
    private static final Pattern HOST =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\\[[0-9a-f:]{2,45}\\])(?::[0-9]{1,5})?");

    /**
     * @param mirrors asked in turn before the registry itself
     * @param caFile certificates in PEM trusted for this registry, besides the Java platform's; {@link #NO_FILE} for none
     * @param plainHttp whether it is spoken to without TLS
     */
    public record Registry(List<Mirror> mirrors, Path caFile, boolean plainHttp) {
        public static final Registry DEFAULT = new Registry(List.of(), NO_FILE, false);

        public Registry {
            mirrors = List.copyOf(mirrors);
        }
    }

    /** @param prefix of repositories there, as a project that caches another registry; or empty */
    public record Mirror(String host, String prefix) {}

    public RegistriesConfig {
        registries = Map.copyOf(registries);
    }

    public Registry of(String host) {
        return registries.getOrDefault(host, Registry.DEFAULT);
    }

    /** The file's, or everything that is wrong with it. */
    public static Outcome<RegistriesConfig> read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            String why = e.getClass().getSimpleName();
            return Outcome.refused(Rejected.invalid("registries-file", file.toString(), "cannot be read: " + why));
        }
        if (new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"))) {
            return Outcome.ok(DEFAULT);
        }
        return Documents.parseSecretive(bytes, MediaType.ofFileName(file.toString()), MAX_FILE_BYTES)
                .fold(tree -> decode(tree, file.toAbsolutePath().getParent()), Outcome::refused);
    }

    private static Outcome<RegistriesConfig> decode(JsonNode tree, Path base) {
        Problems problems = new Problems();
        Fields fields = Fields.of(tree, "", problems);
        Path dockerConfig = fields.value("docker-config", NO_FILE, (at, node) -> path(at, node, base));
        Fields hosts = fields.mapping("registries");
        Map<String, Registry> registries = new LinkedHashMap<>();
        if (hosts.names().size() > MAX_REGISTRIES) {
            problems.add("registries", "", "has more than " + MAX_REGISTRIES + " registries, the most");
        } else {
            for (String host : List.copyOf(hosts.names())) {
                registries.put(host, registry(host, hosts.mapping(host), base, problems));
            }
        }
        fields.rejectUnknown();
        return problems.outcome(() -> new RegistriesConfig(dockerConfig, registries));
    }

    private static Registry registry(String host, Fields fields, Path base, Problems problems) {
        if (!HOST.matcher(host).matches()) {
            problems.add("registries", host, "is no registry: give a host as in images' names, as 'registry.lan:5000'");
        } else if (Endpoint.HUB_ALIASES.contains(host)) {
            problems.add("registries", host, "stands for Docker Hub: write docker.io, as images' names do");
        }
        List<Mirror> mirrors = new ArrayList<>();
        for (Fields.Element element : fields.elements("mirrors", MAX_MIRRORS, "mirrors")) {
            String text = problems.take(Scalars.text(element.path(), element.node()), "");
            int slash = text.indexOf('/');
            String mirror = slash < 0 ? text : text.substring(0, slash);
            String prefix = slash < 0 ? "" : text.substring(slash + 1);
            if (!HOST.matcher(mirror).matches() || !prefix.matches("(?:[a-z0-9._/-]*[a-z0-9])?")) {
                problems.add(
                        element.path(), text, "is no mirror: write host, host:port or host/path, without a scheme");
            } else {
                mirrors.add(new Mirror(mirror, prefix));
            }
        }
        Path caFile = fields.value("ca-file", NO_FILE, (at, node) -> path(at, node, base));
        boolean plainHttp = fields.value("plain-http", false, Scalars::flag);
        if (plainHttp && !caFile.equals(NO_FILE)) {
            problems.add(fields.path("plain-http"), "true", "makes ca-file meaningless: leave one of them out");
        }
        fields.rejectUnknown();
        return new Registry(mirrors, caFile, plainHttp);
    }

    private static Outcome<Path> path(String at, JsonNode node, Path base) {
        return Scalars.text(at, node)
                .fold(
                        text -> {
                            try {
                                return text.isEmpty()
                                        ? Outcome.refused(Rejected.invalid(at, "", "must be a path, not empty"))
                                        : Outcome.ok(base.resolve(text).normalize());
                            } catch (InvalidPathException e) {
                                return Outcome.refused(Rejected.invalid(at, text, "is not a path: " + e.getReason()));
                            }
                        },
                        Outcome::refused);
    }
}
