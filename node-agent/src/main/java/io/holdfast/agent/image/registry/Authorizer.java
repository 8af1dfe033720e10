package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.model.Clock;
import io.holdfast.model.config.Secret;
import java.util.List;

/**
 * What one repository of one registry is asked with: nothing until the registry challenges, then a token or a password as it
 * wants. Safe for any thread; whoever comes while a token is fetched waits for it.
 */
final class Authorizer {
    private final Endpoint endpoint;
    private final DockerConfig credentials;
    private final TokenServer tokens;
    private final Clock clock;

    private Secret header = Secret.NONE;
    private long untilMillis = Long.MAX_VALUE;

    Authorizer(Endpoint endpoint, DockerConfig credentials, TokenServer tokens, Clock clock) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Of {@code Authorization}; none before the first challenge and after a token's time. */
    synchronized Secret header() {
        return clock.monotonicMillis() < untilMillis ? header : Secret.NONE;
    }

    /** Answers a 401, so that {@link #header} is another one now. */
    synchronized void challenged(Answer answer, Secret used) throws Trouble {
        if (!header().isEmpty() && !header().equals(used)) {
            return; // somebody else has answered it meanwhile
        }
        header = Secret.NONE;
        List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
        Credential credential = credential();
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                TokenServer.Token token = tokens.fetch(endpoint, challenge, credential);
                header = Secret.of("Bearer " + token.text().reveal());
                untilMillis = clock.monotonicMillis() + token.validMillis();
                return;
            }
        }
        if (challenges.stream().noneMatch(challenge -> challenge.scheme().equals("basic"))) {
            throw new Trouble(
                    Kind.UNSUPPORTED,
                    endpoint.host() + " wants authentication of a kind that is neither basic nor bearer");
        }
        if (credential.user().isEmpty()) {
            throw new Trouble(
                    Kind.UNAUTHORIZED,
                    endpoint.host() + " wants a user and a password, and docker-config holds none for it");
        }
        if (credential.basic().equals(used)) {
            throw new Trouble(Kind.UNAUTHORIZED, endpoint.host() + " refuses the user and password of docker-config");
        }
        header = credential.basic();
        untilMillis = Long.MAX_VALUE;
    }

    private Credential credential() throws Trouble {
        try {
            return credentials.find(endpoint.host(), endpoint.repository());
        } catch (ImageException e) {
            throw new Trouble(e, 0);
        }
    }
}
