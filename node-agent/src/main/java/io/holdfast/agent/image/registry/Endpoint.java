package io.holdfast.agent.image.registry;

import io.holdfast.model.job.Image;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One place an image is asked for.
 *
 * @param host as images' names and the configuration write it
 * @param repository there: a mirror may keep it under a prefix
 */
record Endpoint(String host, String repository, RegistriesConfig.Registry settings, boolean mirror) {
    static final String DOCKER_HUB = "docker.io";

    private static final String HUB_SERVER = "registry-1.docker.io";

    /** Where Docker Hub is reached; no image's name should tell these. */
    static final Set<String> HUB_ALIASES = Set.of("index.docker.io", HUB_SERVER);

    /** The mirrors, then the registry itself. */
    static List<Endpoint> of(Image.Registry name, RegistriesConfig config) {
        List<Endpoint> endpoints = new ArrayList<>();
        RegistriesConfig.Registry origin = config.of(name.host());
        for (RegistriesConfig.Mirror mirror : origin.mirrors()) {
            String prefix = mirror.prefix().isEmpty() ? "" : mirror.prefix() + "/";
            endpoints.add(new Endpoint(mirror.host(), prefix + name.repository(), config.of(mirror.host()), true));
        }
        endpoints.add(new Endpoint(name.host(), name.repository(), origin, false));
        return endpoints;
    }

    /** @param reference tag or digest */
    URI manifest(String reference) {
        return at("manifests/" + reference);
    }

    URI blob(String digest) {
        return at("blobs/" + digest);
    }

    String scheme() {
        return settings.plainHttp() ? "http" : "https";
    }

    /** Distribution specification, "Endpoints". */
    private URI at(String what) {
        String server = host.equals(DOCKER_HUB) ? HUB_SERVER : host;
        return URI.create(scheme() + "://" + server + "/v2/" + repository + "/" + what);
    }
}
