package io.holdfast.agent.image.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/** What is asked about addresses. */
final class Addresses {
    private Addresses() {}

    /** The host, with a port if one is written: how the configuration names it. */
    static String authority(URI uri) {
        String host = Objects.requireNonNullElse(uri.getHost(), "").toLowerCase(Locale.ROOT);
        return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    }

    /** Without path and query: those of a signed address are as good as a password. */
    static String shown(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) ? "http://" + authority(uri) : authority(uri);
    }

    /** RFC 6454: what an {@code Authorization} may be carried to. */
    static boolean sameOrigin(URI a, URI b) {
        return a.getScheme().equalsIgnoreCase(b.getScheme())
                && Objects.requireNonNullElse(a.getHost(), "").equalsIgnoreCase(b.getHost())
                && port(a) == port(b);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }
}
