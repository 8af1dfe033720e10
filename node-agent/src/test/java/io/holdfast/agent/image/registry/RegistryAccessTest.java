package io.holdfast.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.agent.image.ImageException;
import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.TestLayers;
import io.holdfast.agent.image.TestLayout;
import io.holdfast.model.job.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who is let in, and that nothing tells how. */
class RegistryAccessTest {
    private static final byte[] TAR = TestLayers.tar(4, 20_000);

    /** Of an alphabet that careless redaction misses. */
    private static final String TOKEN = "t0k/en+of~many.parts==";

    @TempDir
    Path directory;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Level level;
    private RegistryFixture registry;
    private FaultProxy proxy;

    @BeforeEach
    void listen() {
        RegistryFixture.required();
        level = root.getLevel();
        root.setLevel(Level.TRACE);
        root.detachAppender("console");
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void close() throws Exception {
        root.detachAppender(log);
        root.setLevel(level);
        if (proxy != null) {
            proxy.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void shouldPullWithAPassword() throws Exception {
        registry = RegistryFixture.withPassword(directory);
        push();
        Image name = RegistryKit.name(registry.host(), "team/app", "1.0");
        RegistryKit kit = new RegistryKit().plain(registry.host());

        ImageException nameless = RegistryKit.failure(kit.images(), name);
        assertThat(nameless.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(nameless).hasMessageContaining("wants a user and a password, and docker-config holds none for it");

        ImageException wrong = RegistryKit.failure(
                kit.credentials(login(registry.host(), "wrong-pass")).images(), name);
        assertThat(wrong.kind()).isEqualTo(Kind.UNAUTHORIZED);

        assertThat(RegistryKit.layers(
                        kit.credentials(login(registry.host(), RegistryFixture.PASSWORD))
                                .images(),
                        name))
                .containsExactly(TAR);
        assertNothingTold(nameless, wrong);
    }

    @Test
    void shouldTrustARegistrysOwnAuthority() throws Exception {
        registry = RegistryFixture.tls(directory);
        push();
        Image name = RegistryKit.name(registry.host(), "team/app", "1.0");

        ImageException stranger = RegistryKit.failure(new RegistryKit().images(), name);
        assertThat(stranger.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(stranger)
                .hasMessageContaining("certificate that is not trusted here")
                .hasMessageContaining("set ca-file");

        RegistriesConfig.Registry known = new RegistriesConfig.Registry(List.of(), registry.caFile(), false);
        assertThat(RegistryKit.layers(
                        new RegistryKit().with(registry.host(), known).images(), name))
                .containsExactly(TAR);
    }

    @Test
    void shouldGetATokenForTheNameless() throws Exception {
        behindTokens("");
        Image name = RegistryKit.name(proxy.host(), "team/app", "1.0");

        assertThat(RegistryKit.layers(new RegistryKit().plain(proxy.host()).images(), name))
                .containsExactly(TAR);
        assertThat(tokensAsked()).hasSize(1);
        assertThat(tokensAsked().get(0).query()).isEqualTo("service=test+registry&scope=repository:team/app:pull");
        assertNothingTold();
    }

    @Test
    void shouldGetATokenWithAPassword() throws Exception {
        behindTokens(basic(RegistryFixture.PASSWORD));
        Image name = RegistryKit.name(proxy.host(), "team/app", "1.0");
        RegistryKit kit = new RegistryKit().plain(proxy.host());

        ImageException nameless = RegistryKit.failure(kit.images(), name);
        assertThat(nameless.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(nameless).hasMessageContaining("gives nothing to the nameless (401)");
        ImageException wrong = RegistryKit.failure(
                kit.credentials(login(proxy.host(), "wrong-pass")).images(), name);
        assertThat(wrong).hasMessageContaining("refuses the credentials that docker-config holds for " + proxy.host());

        assertThat(RegistryKit.layers(
                        kit.credentials(login(proxy.host(), RegistryFixture.PASSWORD))
                                .images(),
                        name))
                .containsExactly(TAR);
        assertNothingTold(nameless, wrong);
    }

    @Test
    void shouldGetATokenWithAnIdentityToken() throws Exception {
        behindTokens("");
        FaultProxy.Fault tokens = gate("nobody comes with a password");
        List<String> forms = new CopyOnWriteArrayList<>();
        proxy.set((request, nth) -> {
            if (request.path().equals("/token")) {
                forms.add(request.form());
                request.answer(200, ("{\"access_token\":\"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
            } else {
                tokens.serve(request, nth);
            }
        });
        Path config = Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"" + proxy.host() + "\":{\"identitytoken\":\"wrong-pass/+\"}}}");

        RegistryKit kit = new RegistryKit().plain(proxy.host()).credentials(config);

        assertThat(RegistryKit.layers(kit.images(), RegistryKit.name(proxy.host(), "team/app", "1.0")))
                .containsExactly(TAR);
        assertThat(forms)
                .containsExactly("service=test+registry&scope=repository%3Ateam%2Fapp%3Apull&grant_type=refresh_token"
                        + "&client_id=holdfast&refresh_token=wrong-pass%2F%2B");
        assertNothingTold();
    }

    @Test
    void shouldNotTakeATokenWithoutBound() throws Exception {
        behindTokens("");
        proxy.set((request, nth) -> {
            if (request.path().equals("/token")) {
                request.answer(200, ("{\"token\":\"" + "a".repeat(100_000) + "\"}").getBytes(StandardCharsets.UTF_8));
            } else {
                challenge(request);
            }
        });

        ImageException e = RegistryKit.failure(
                new RegistryKit().plain(proxy.host()).images(), RegistryKit.name(proxy.host(), "team/app", "1.0"));

        assertThat(e).hasMessageContaining("is above 65536, the most that is read");
    }

    @Test
    void shouldGetANewTokenInTime() throws Exception {
        behindTokens("");
        Image name = RegistryKit.name(proxy.host(), "team/app", "1.0");
        RegistryKit kit = new RegistryKit().plain(proxy.host());
        var images = kit.images();

        images.resolve(name);
        images.resolve(name);
        assertThat(tokensAsked()).hasSize(1);
        kit.clock.advanceMillis(301_000);
        images.resolve(name);
        assertThat(tokensAsked()).hasSize(2);
    }

    @Test
    void shouldGetANewTokenWhenTheOldOneIsRefused() throws Exception {
        behindTokens("");
        AtomicInteger refusals = new AtomicInteger();
        FaultProxy.Fault tokens = gate("");
        proxy.set((request, nth) -> {
            if (request.blob() && refusals.getAndIncrement() == 0) {
                challenge(request);
            } else {
                tokens.serve(request, nth);
            }
        });

        assertThat(RegistryKit.layers(
                        new RegistryKit().plain(proxy.host()).images(),
                        RegistryKit.name(proxy.host(), "team/app", "1.0")))
                .containsExactly(TAR);
        assertThat(tokensAsked()).hasSize(2);
    }

    @Test
    void shouldKeepAuthorisationFromOtherHosts() throws Exception {
        behindTokens("");
        FaultProxy.Fault tokens = gate("");
        try (FaultProxy store = new FaultProxy(registry.host())) {
            proxy.set((request, nth) -> {
                if (request.blob() && !request.header("Authorization").isEmpty()) {
                    request.answer(307, Map.of("Location", "http://" + store.host() + request.path()));
                } else {
                    tokens.serve(request, nth);
                }
            });
            RegistryKit kit = new RegistryKit().plain(proxy.host()).plain(store.host());

            assertThat(RegistryKit.layers(kit.images(), RegistryKit.name(proxy.host(), "team/app", "1.0")))
                    .containsExactly(TAR);
            assertThat(store.seen())
                    .hasSize(2)
                    .extracting(FaultProxy.Seen::authorization)
                    .containsOnly("");
        }
    }

    @Test
    void shouldNotSendAPasswordToATokenServerWithoutTls() throws Exception {
        behindTokens("");
        proxy.set((request, nth) -> request.answer(
                401, Map.of("WWW-Authenticate", "Bearer realm=\"http://tokens.invalid/t\",service=\"s\"")));

        ImageException e = RegistryKit.failure(
                new RegistryKit().plain(proxy.host()).images(), RegistryKit.name(proxy.host(), "team/app", "1.0"));

        assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(e).hasMessageContaining("the token server that " + proxy.host() + " names is http://tokens.invalid");
    }

    private void behindTokens(String authorization) throws Exception {
        registry = RegistryFixture.plain(directory);
        push();
        proxy = new FaultProxy(registry.host());
        proxy.set(gate(authorization));
    }

    /** A registry that lets tokens in, and a server that gives them to whoever comes with {@code authorization}. */
    private FaultProxy.Fault gate(String authorization) {
        return (request, nth) -> {
            if (request.path().equals("/token")) {
                boolean known = request.header("Authorization").equals(authorization);
                String body = "{\"token\":\"" + TOKEN + "\",\"expires_in\":300}";
                request.answer(known ? 200 : 401, body.getBytes(StandardCharsets.UTF_8));
            } else if (request.header("Authorization").equals("Bearer " + TOKEN)) {
                request.forward();
            } else {
                challenge(request);
            }
        };
    }

    private void challenge(FaultProxy.Request request) throws IOException {
        request.answer(
                401,
                Map.of(
                        "WWW-Authenticate",
                        "Bearer realm=\"http://" + proxy.host()
                                + "/token\", service=\"test registry\", scope=\"repository:team/app:pull\""));
    }

    private List<FaultProxy.Seen> tokensAsked() {
        return proxy.seen().stream().filter(one -> one.path().equals("/token")).toList();
    }

    private void push() throws Exception {
        TestLayout layout = new TestLayout(directory.resolve("layout"));
        layout.tag("1.0", layout.image("amd64", "gzip", TAR));
        registry.push("oci:" + layout.directory() + ":1.0", "team/app:1.0");
    }

    private Path login(String host, String password) throws IOException {
        String auth = basic(password).substring("Basic ".length());
        return Files.writeString(
                directory.resolve("config.json"), "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}");
    }

    private static String basic(String password) {
        String pair = RegistryFixture.USER + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void assertNothingTold(ImageException... errors) {
        String[] secrets = {
            TOKEN,
            RegistryFixture.PASSWORD,
            "wrong-pass",
            basic(RegistryFixture.PASSWORD).substring(6)
        };
        for (ILoggingEvent event : List.copyOf(log.list)) {
            assertThat(event.getFormattedMessage()).doesNotContain(secrets);
        }
        for (ImageException error : errors) {
            for (Throwable at = error; at != null; at = at.getCause()) {
                assertThat(String.valueOf(at)).doesNotContain(secrets);
            }
        }
    }
}
