package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageLimits;
import io.holdfast.model.Clock;
import io.holdfast.model.config.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests of a registry, with whatever authorisation it wants. */
final class Exchange {
    private final Wire wire;
    private final DockerConfig credentials;
    private final TokenServer tokens;
    private final Clock clock;

    // by host and repository, as tokens are; the longest unused first
    private final Map<String, Authorizer> authorizers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Authorizer> eldest) {
            return size() > ImageLimits.MAX_REMEMBERED_TOKENS;
        }
    };

    Exchange(RegistriesConfig config, Pacing pacing, Clock clock) {
        this.wire = new Wire(config, pacing);
        this.credentials = new DockerConfig(config.dockerConfig());
        this.tokens = new TokenServer(wire, clock);
        this.clock = clock;
    }

    /** A successful answer, of 200 or 206. */
    Answer get(Endpoint endpoint, URI uri, Map<String, String> headers, String what) throws Trouble {
        Authorizer authorizer = authorizer(endpoint);
        Secret used = authorizer.header();
        Answer answer = wire.get(endpoint.settings(), uri, headers, used);
        // a redirect's target that wants a password does not get the registry's
        if (answer.status() == 401 && Addresses.sameOrigin(uri, answer.from())) {
            answer.close();
            authorizer.challenged(answer, used);
            answer = wire.get(endpoint.settings(), uri, headers, authorizer.header());
        }
        if (answer.status() != 200 && answer.status() != 206) {
            answer.close();
            throw answer.trouble(what, clock.nowMillis());
        }
        return answer;
    }

    private Authorizer authorizer(Endpoint endpoint) {
        synchronized (authorizers) {
            return authorizers.computeIfAbsent(
                    endpoint.host() + "/" + endpoint.repository(),
                    key -> new Authorizer(endpoint, credentials, tokens, clock));
        }
    }
}
