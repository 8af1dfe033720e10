package io.holdfast.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageJson;
import io.holdfast.agent.image.ImageLimits;
import io.holdfast.model.Clock;
import io.holdfast.model.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/** Gets tokens to pull with, from wherever a registry sends for them (distribution, "Token Authentication"). */
final class TokenServer {
    /** Where the answer does not say; the specification's own. */
    private static final long DEFAULT_VALID_SECONDS = 60;

    /** Nobody's token is trusted for longer without asking again. */
    private static final long MAX_VALID_SECONDS = 3_600;

    /** What may stand in a header. Else the HTTP client would refuse it, and show it in the message. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private static final String CLIENT_ID = "holdfast";

    private final Wire wire;
    private final Clock clock;

    TokenServer(Wire wire, Clock clock) {
        this.wire = wire;
        this.clock = clock;
    }

    /** @param validMillis from now, with a margin taken off */
    record Token(Secret text, long validMillis) {}

    Token fetch(Endpoint endpoint, Challenge challenge, Credential credential) throws Trouble {
        URI realm = realm(endpoint, challenge);
        String scope = challenge.parameter("scope").isEmpty()
                ? "repository:" + endpoint.repository() + ":pull"
                : challenge.parameter("scope");
        String query = "service=" + encoded(challenge.parameter("service")) + "&scope=" + encoded(scope);
        try (Answer answer = ask(endpoint, realm, query, credential)) {
            if (answer.status() == 400 || answer.status() == 401 || answer.status() == 403) {
                throw new Trouble(Kind.UNAUTHORIZED, refusal(endpoint, answer, credential));
            }
            if (answer.status() != 200) {
                throw answer.trouble("a token", clock.nowMillis());
            }
            byte[] bytes = answer.body().readNBytes(ImageLimits.MAX_TOKEN_BYTES + 1);
            return token(bytes, Addresses.shown(realm));
        } catch (ImageException e) {
            throw new Trouble(e, 0);
        } catch (IOException e) {
            throw new Trouble(Kind.TEMPORARY, "the token server " + Addresses.shown(realm) + " was cut off", e);
        }
    }

    private Answer ask(Endpoint endpoint, URI realm, String query, Credential credential) throws Trouble {
        if (!credential.identityToken().isEmpty()) {
            // distribution, "Oauth2 Token Authentication"
            String form = query + "&grant_type=refresh_token&client_id=" + CLIENT_ID + "&refresh_token="
                    + encoded(credential.identityToken().reveal());
            return wire.post(endpoint.settings(), realm, form);
        }
        URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        Secret basic = credential.user().isEmpty() ? Secret.NONE : credential.basic();
        return wire.get(endpoint.settings(), uri, Map.of(), basic);
    }

    private URI realm(Endpoint endpoint, Challenge challenge) throws Trouble {
        String how = "the token server that " + endpoint.host() + " names";
        URI realm;
        try {
            realm = URI.create(challenge.parameter("realm"));
        } catch (IllegalArgumentException e) {
            throw new Trouble(Kind.UNSUPPORTED, how + " is no address");
        }
        // passwords go there
        wire.checkAllowed(realm, how);
        return realm;
    }

    private static Token token(byte[] bytes, String server) throws ImageException {
        String what = "what the token server " + server + " answered";
        JsonNode tree = ImageJson.object(bytes, ImageLimits.MAX_TOKEN_BYTES, what);
        String text = ImageJson.text(tree, "token", what);
        text = text.isEmpty() ? ImageJson.text(tree, "access_token", what) : text;
        if (!TOKEN.matcher(text).matches()) {
            throw new ImageException(Kind.UNSUPPORTED, what + " holds no token");
        }
        long seconds = Math.min(MAX_VALID_SECONDS, tree.path("expires_in").asLong(DEFAULT_VALID_SECONDS));
        // clocks differ, and a request takes its time
        return new Token(Secret.of(text), Math.max(0, seconds) * 900);
    }

    private static String refusal(Endpoint endpoint, Answer answer, Credential credential) {
        String host = Addresses.shown(answer.from());
        return credential.none()
                ? "the token server " + host + " gives nothing to the nameless (" + answer.status()
                        + "), and docker-config holds no credentials for " + endpoint.host()
                : "the token server " + host + " refuses the credentials that docker-config holds for "
                        + endpoint.host() + " (" + answer.status() + ")";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
