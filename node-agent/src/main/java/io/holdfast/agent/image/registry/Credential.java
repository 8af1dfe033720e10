package io.holdfast.agent.image.registry;

import io.holdfast.model.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a registry knows this node by.
 *
 * @param user empty for none
 * @param identityToken a refresh token that stands for user and password, or none
 */
record Credential(String user, Secret password, Secret identityToken) {
    static final Credential NONE = new Credential("", Secret.NONE, Secret.NONE);

    boolean none() {
        return user.isEmpty() && identityToken.isEmpty();
    }

    /** Of the header {@code Authorization} (RFC 7617). */
    Secret basic() {
        String pair = user + ":" + password.reveal();
        return Secret.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
}
