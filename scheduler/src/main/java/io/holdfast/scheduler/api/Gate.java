package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What each request passes first. Loopback is no protection by itself: any page in a browser on this machine can send
 * requests to it. So the Host must be one of this machine's own names (else a name that an attacker points at 127.0.0.1
 * makes his page one of ours: DNS rebinding), and an Origin, which browsers add and pages cannot forge, must be ours.
 */
final class Gate {
    private static final Set<String> NAMES = Set.of("localhost", "[::1]", "::1");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private Gate() {}

    /** Whether an address may be listened on while there is no more access control than one token. */
    static boolean loopback(String host) {
        return NAMES.contains(host) || LOOPBACK_V4.matcher(host).matches() && validV4(host);
    }

    private static boolean validV4(String host) {
        for (String part : host.split("\\.")) {
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /** @param port the one that is listened on */
    static void check(RoutingContext http, int port) {
        securityHeaders(http.response().headers());
        HostAndPort authority = http.request().authority();
        if (authority == null || !own(authority.host(), authority.port(), port)) {
            String host = authority == null ? "none" : authority.toString();
            refuse(http, "host " + host + " is not this server: use localhost:" + port + " or 127.0.0.1:" + port);
            return;
        }
        String origin = http.request().getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !ownOrigin(origin, port)) {
            refuse(http, "pages of another origin may not use this server: open http://127.0.0.1:" + port);
            return;
        }
        http.next();
    }

    private static boolean own(String host, int hostPort, int port) {
        return loopback(host.toLowerCase(Locale.ROOT)) && (hostPort == port || hostPort == -1 && port == 80);
    }

    private static boolean ownOrigin(String origin, int port) {
        String prefix = "http://";
        if (!origin.startsWith(prefix)) {
            return false;
        }
        HostAndPort authority = HostAndPort.parseAuthority(origin.substring(prefix.length()), -1);
        return authority != null && own(authority.host(), authority.port(), port);
    }

    private static void refuse(RoutingContext http, String detail) {
        Answers.problem(http, Problem.of(ErrorCode.FORBIDDEN, detail));
    }

    private static void securityHeaders(MultiMap headers) {
        headers.set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("Cache-Control", "no-store")
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
                                + "data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }
}
