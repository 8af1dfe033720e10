package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.model.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Sends requests and follows redirects. Knows nothing of registries' answers. */
final class Wire {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final RegistriesConfig config;
    private final Clients clients;
    private final Pacing pacing;

    Wire(RegistriesConfig config, Pacing pacing) {
        this.config = config;
        this.clients = new Clients(pacing);
        this.pacing = pacing;
    }

    /**
     * A GET, followed wherever it leads; of any status but a redirect.
     *
     * @param settings of the registry whose business this is: its certificates count wherever the way leads
     * @param authorization goes to the address itself, and to no other origin
     */
    Answer get(RegistriesConfig.Registry settings, URI uri, Map<String, String> headers, Secret authorization)
            throws Trouble {
        URI at = uri;
        Secret carried = authorization;
        for (int hop = 0; hop <= ImageLimits.MAX_REDIRECTS; hop++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at).GET();
            headers.forEach(request::header);
            Answer answer = send(settings, request, at, carried);
            if (!REDIRECTS.contains(answer.status())) {
                return answer;
            }
            answer.close();
            URI next = target(answer);
            // once away, never again: the way back would be the other host's choice
            carried = Addresses.sameOrigin(at, next) ? carried : Secret.NONE;
            at = next;
        }
        throw new Trouble(
                Kind.UNSUPPORTED,
                Addresses.shown(uri) + " redirects more than " + ImageLimits.MAX_REDIRECTS + " times, the most");
    }

    /** A form, not followed anywhere. */
    Answer post(RegistriesConfig.Registry settings, URI uri, String form) throws Trouble {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return send(settings, request, uri, Secret.NONE);
    }

    /** Refuses what is not TLS, unless the configuration wants it so. */
    void checkAllowed(URI uri, String how) throws Trouble {
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (uri.getHost() == null || !http && !"https".equalsIgnoreCase(uri.getScheme()) || uri.getUserInfo() != null) {
            throw new Trouble(Kind.UNSUPPORTED, how + " is no plain address of the web");
        }
        if (http && !config.of(Addresses.authority(uri)).plainHttp()) {
            throw new Trouble(
                    Kind.CONFIGURATION,
                    how + " is " + Addresses.shown(uri) + ", without TLS: if that is meant, set plain-http for "
                            + Addresses.authority(uri) + " in the registries file");
        }
    }

    private URI target(Answer answer) throws Trouble {
        String how = "what " + Addresses.shown(answer.from()) + " redirects to";
        URI next;
        try {
            next = answer.from().resolve(answer.header("Location"));
        } catch (IllegalArgumentException e) {
            throw new Trouble(Kind.UNSUPPORTED, how + " is no address"); // the cause would show a signed one
        }
        checkAllowed(next, how);
        return next;
    }

    private Answer send(RegistriesConfig.Registry settings, HttpRequest.Builder builder, URI uri, Secret authorization)
            throws Trouble {
        if (!authorization.isEmpty()) {
            builder.header("Authorization", authorization.reveal());
        }
        HttpRequest request = builder.header("User-Agent", "holdfast")
                .timeout(Duration.ofMillis(pacing.responseMillis()))
                .build();
        RegistriesConfig.Registry own = config.of(Addresses.authority(uri));
        try {
            HttpResponse<InputStream> response = clients.of(
                            own.caFile().equals(RegistriesConfig.NO_FILE) ? settings : own)
                    .send(request, info -> new TimedBody(pacing.stallMillis()));
            return new Answer(uri, response.statusCode(), response.headers(), response.body());
        } catch (ImageException e) {
            throw new Trouble(e, 0);
        } catch (IOException e) {
            throw WireFailures.trouble(Addresses.shown(uri), e, pacing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble(Kind.TEMPORARY, "the pull was interrupted", e);
        }
    }
}
