package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Docker's registry on a free port of the loopback interface, with its files in a test's directory; ends with the test. */
public final class RegistryFixture implements AutoCloseable {
    public static final String USER = "holdfast";

    /** With what must survive encodings. */
    public static final String PASSWORD = "p4ss:w0rd/test+";

    private static final String HASH = "$2y$05$abcdefghijklmnopqrstuu4H6I9hDg5cK4g3TJwhmNYs0GgWa20ym";
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");
    private static final long START_SECONDS = 30;

    private final Path directory;
    private final Process process;
    private final Thread reader;
    private final List<String> login;
    private final int port;

    private RegistryFixture(Path directory, String http, String auth, List<String> login) throws Exception {
        this.directory = directory;
        this.login = login;
        Path config = directory.resolve("registry.yml");
        Files.writeString(config, """
                version: 0.1
                log:
                  level: info
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:0
                %s%s
                """.formatted(directory.resolve("store"), http, auth));
        ProcessBuilder builder = new ProcessBuilder("docker-registry", "serve", config.toString());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        process = builder.redirectErrorStream(true).start();
        CompletableFuture<Integer> listening = new CompletableFuture<>();
        reader = new Thread(() -> drain(listening), "registry-output");
        reader.start();
        try {
            port = listening.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Skips the test where the programs are missing. */
    public static void required() {
        Tools.required("docker-registry", "skopeo", "openssl");
    }

    /** Plain HTTP, for anybody. */
    public static RegistryFixture plain(Path directory) throws Exception {
        return new RegistryFixture(directory, "", "", List.of());
    }

    /** TLS with a certificate nobody but {@link #caFile} vouches for. */
    public static RegistryFixture tls(Path directory) throws Exception {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("ca.pem");
        Tools.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=holdfast-test",
                "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        String http = "  tls:\n    certificate: " + certificate + "\n    key: " + key + "\n";
        return new RegistryFixture(directory, http, "", List.of());
    }

    /** Plain HTTP, for {@link #USER} with {@link #PASSWORD}. */
    public static RegistryFixture withPassword(Path directory) throws Exception {
        Path file = directory.resolve("htpasswd");
        Files.writeString(file, USER + ":" + HASH + "\n");
        String auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + file + "\n";
        return new RegistryFixture(directory, "", auth, List.of("--dest-creds", USER + ":" + PASSWORD));
    }

    /** As images' names and the configuration write it. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    public Path caFile() {
        return directory.resolve("ca.pem");
    }

    /** Copies an image into the registry; {@code from} as skopeo calls it, {@code name} as {@code app:1.0}. */
    public void push(String from, String name, String... options) throws Exception {
        List<String> all = new ArrayList<>(login);
        all.addAll(List.of(options));
        Tools.skopeoCopy(from, "docker://" + host() + "/" + name, all.toArray(String[]::new));
    }

    private void drain(CompletableFuture<Integer> listening) {
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                Matcher matcher = LISTENING.matcher(line);
                if (!listening.isDone()) {
                    said.append(line).append('\n');
                }
                if (matcher.find()) {
                    listening.complete(Integer.valueOf(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            said.append(e);
        }
        listening.completeExceptionally(new IllegalStateException("the registry did not start: " + said));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
