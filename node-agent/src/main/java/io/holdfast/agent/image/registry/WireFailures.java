package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** The HTTP client's exceptions in words: what passes, and what somebody has to set. */
final class WireFailures {
    private static final int MAX_CAUSES = 16;
    private static final Pattern NO_TLS = Pattern.compile("(?i)unrecognized SSL message");

    private WireFailures() {}

    /** What a request that was not answered failed with. */
    static Trouble trouble(String host, IOException e, Pacing pacing) {
        if (e instanceof HttpConnectTimeoutException) {
            return new Trouble(
                    Kind.TEMPORARY, host + " cannot be connected to within " + pacing.connectMillis() + " ms", e);
        }
        if (e instanceof HttpTimeoutException) {
            return new Trouble(Kind.TEMPORARY, host + " did not answer within " + pacing.responseMillis() + " ms", e);
        }
        if (e instanceof ConnectException) {
            String why = caused(e, UnresolvedAddressException.class)
                    ? "its name cannot be resolved"
                    : "nothing listens there, or it is cut off";
            return new Trouble(Kind.TEMPORARY, host + " cannot be reached: " + why, e);
        }
        if (caused(e, CertificateException.class)) {
            return new Trouble(
                    Kind.CONFIGURATION,
                    host
                            + " shows a certificate that is not trusted here: if it has an authority of its own, set ca-file"
                            + " for it in the registries file",
                    e);
        }
        if (noTls(e)) {
            return new Trouble(
                    Kind.CONFIGURATION,
                    host + " does not speak TLS: if that is meant, set plain-http for it in the registries file",
                    e);
        }
        return new Trouble(
                Kind.TEMPORARY, host + " was cut off: " + ImageException.shown(String.valueOf(e.getMessage())), e);
    }

    /** The JDK tells it by a message alone. */
    private static boolean noTls(Throwable e) {
        Throwable at = e;
        for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
            if (at instanceof SSLException
                    && NO_TLS.matcher(String.valueOf(at.getMessage())).find()) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> by) {
        Throwable at = e;
        for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
            if (by.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
