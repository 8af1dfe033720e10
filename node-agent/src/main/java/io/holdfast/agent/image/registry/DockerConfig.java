package io.holdfast.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageJson;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.model.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Credentials in a {@code config.json} of Docker, read anew each time so that a changed file counts at once.
 *
 * <p>Credential helpers are programs: the agent runs none, and says so where a registry's credentials are kept by one.
 */
final class DockerConfig {
    private static final String WHAT = "docker-config";

    private final Path file;

    /** @param file {@link RegistriesConfig#NO_FILE}: no credentials at all */
    DockerConfig(Path file) {
        this.file = file;
    }

    /** The most specific entry: {@code host/team/app}, {@code host/team}, {@code host}. */
    Credential find(String host, String repository) throws ImageException {
        if (file.equals(RegistriesConfig.NO_FILE)) {
            return Credential.NONE;
        }
        JsonNode config = ImageJson.object(read(), ImageLimits.MAX_DOCKER_CONFIG_BYTES, WHAT + " " + file);
        for (String key : keys(host, repository)) {
            JsonNode entry = config.path("auths").path(key);
            Credential found = entry.isObject() ? credential(entry, key) : Credential.NONE;
            if (!found.none()) {
                return found;
            }
            String helper = config.path("credHelpers").path(key).asText("");
            if (helper.isEmpty() && entry.isObject()) {
                helper = config.path("credsStore").asText(""); // Docker leaves an empty entry for what it put there
            }
            if (!helper.isEmpty()) {
                throw new ImageException(
                        Kind.CONFIGURATION,
                        WHAT + " " + file + " keeps the credentials of " + key + " in the helper docker-credential-"
                                + ImageException.shown(helper)
                                + ", and helpers are not run: write user and password under auths");
            }
        }
        return Credential.NONE;
    }

    private byte[] read() throws ImageException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ImageLimits.MAX_DOCKER_CONFIG_BYTES + 1);
        } catch (IOException e) {
            throw new ImageException(
                    Kind.CONFIGURATION,
                    WHAT + " " + file + " cannot be read: " + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static Set<String> keys(String host, String repository) {
        Set<String> keys = new LinkedHashSet<>();
        for (String at = host + "/" + repository; at.contains("/"); at = at.substring(0, at.lastIndexOf('/'))) {
            keys.add(at);
        }
        Set<String> hosts = new LinkedHashSet<>(Set.of(host));
        if (host.equals(Endpoint.DOCKER_HUB)) {
            hosts.add("index.docker.io");
            hosts.add("registry-1.docker.io");
        }
        for (String name : hosts) {
            keys.add(name);
            // docker login has written all of these in its time
            for (String suffix : new String[] {"", "/", "/v1/", "/v1", "/v2/", "/v2"}) {
                keys.add("https://" + name + suffix);
                keys.add(name + suffix);
                keys.add("http://" + name + suffix);
            }
        }
        return keys;
    }

    private Credential credential(JsonNode entry, String key) throws ImageException {
        Secret token = Secret.of(entry.path("identitytoken").asText(""));
        String auth = entry.path("auth").asText("");
        if (auth.isEmpty()) {
            String user = entry.path("username").asText("");
            return new Credential(user, Secret.of(entry.path("password").asText("")), token);
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            pair = ""; // without the cause, whose message may show a part of it
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new ImageException(
                    Kind.CONFIGURATION, WHAT + " " + file + ": auth of " + key + " is not the Base64 of user:password");
        }
        // Docker pads with zeroes
        return new Credential(
                pair.substring(0, colon), Secret.of(pair.substring(colon + 1).replace("\0", "")), token);
    }
}
