package io.holdfast.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void shouldReadWhatRegistriesSend() {
        assertThat(
                        Challenge.parse(
                                List.of(
                                        "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/alpine:pull\"")))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:library/alpine:pull")));
        assertThat(Challenge.parse(List.of("Basic realm=\"Sonatype Nexus\"")))
                .containsExactly(new Challenge("basic", Map.of("realm", "Sonatype Nexus")));
    }

    @Test
    void shouldReadSeveralInOneHeaderAndInMany() {
        assertThat(Challenge.parse(
                        List.of("Negotiate, BASIC realm=x , Bearer  Realm = \"a, \\\"b\\\"\" , scope=\"\"", "Basic")))
                .containsExactly(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "x")),
                        new Challenge("bearer", Map.of("realm", "a, \"b\"", "scope", "")),
                        new Challenge("basic", Map.of()));
    }

    @Test
    void shouldNotFallOverNonsense() {
        assertThat(Challenge.parse(List.of("", "=,=", "\"", "Bearer realm=\"never ends")))
                .allSatisfy(challenge -> assertThat(challenge.parameters()).isEmpty());
        assertThat(Challenge.parse(List.of("Bearer realm=\"" + "a".repeat(100_000) + "\"")))
                .isEmpty();
    }
}
