package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** One HTTP client for each set of trusted certificates: Java 17's cannot be closed, so it is kept and used again. */
final class Clients {
    private final Pacing pacing;
    private final Map<Path, HttpClient> byCaFile = new HashMap<>();

    Clients(Pacing pacing) {
        this.pacing = pacing;
    }

    synchronized HttpClient of(RegistriesConfig.Registry registry) throws ImageException {
        HttpClient client = byCaFile.get(registry.caFile());
        if (client == null) {
            client = make(registry.caFile());
            byCaFile.put(registry.caFile(), client);
        }
        return client;
    }

    private HttpClient make(Path caFile) throws ImageException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // one connection a blob: with HTTP/2 all would share one connection's window, and its fate
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(pacing.connectMillis()));
        return caFile.equals(RegistriesConfig.NO_FILE)
                ? builder.build()
                : builder.sslContext(trusting(caFile)).build();
    }

    /** The platform's authorities and the file's: a registry's own blobs may redirect to a public host. */
    private static SSLContext trusting(Path caFile) throws ImageException {
        try (InputStream in = Files.newInputStream(caFile)) {
            Collection<? extends Certificate> own =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (own.isEmpty()) {
                throw new ImageException(Kind.CONFIGURATION, "ca-file " + caFile + " holds no certificate");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int n = 0;
            for (Certificate certificate : own) {
                trusted.setCertificateEntry("own-" + n++, certificate);
            }
            for (X509Certificate certificate : platformAuthorities()) {
                trusted.setCertificateEntry("platform-" + n++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(trusted), null);
            return context;
        } catch (ImageException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw new ImageException(Kind.CONFIGURATION, "ca-file " + caFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509Certificate[] platformAuthorities() throws GeneralSecurityException {
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager x509) {
                return x509.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] managers(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }
}
