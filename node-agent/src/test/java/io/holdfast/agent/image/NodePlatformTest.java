package io.holdfast.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodePlatformTest {
    private static final NodePlatform AMD = NodePlatform.ofArch("amd64");
    private static final NodePlatform ARM = NodePlatform.ofArch("aarch64");

    @Test
    void shouldPickTheHighestVariantThatRuns() throws Exception {
        List<IndexEntry> entries =
                entries("linux/amd64", "linux/amd64/v2", "linux/amd64/v3", "linux/arm64/v8", "windows/amd64");

        assertThat(picked(AMD, entries)).isEqualTo("linux/amd64");
        assertThat(picked(new NodePlatform("linux", "amd64", "v2"), entries)).isEqualTo("linux/amd64/v2");
        assertThat(picked(new NodePlatform("linux", "amd64", "v4"), entries)).isEqualTo("linux/amd64/v3");
        assertThat(picked(ARM, entries)).isEqualTo("linux/arm64/v8");
        assertThat(picked(ARM, entries("linux/arm/v7", "linux/arm64"))).isEqualTo("linux/arm64");
    }

    @Test
    void shouldNameWhatThereIs() {
        assertThatThrownBy(() -> AMD.pick(entries("linux/arm64/v8", "windows/amd64", "unknown/unknown")))
                .hasMessage("has no image for linux/amd64, only for linux/arm64/v8, windows/amd64");
        assertThatThrownBy(() -> AMD.pick(List.of()))
                .hasMessage("has no image for linux/amd64, only for nothing: its index is empty");
        assertThatThrownBy(() -> AMD.pick(entries(
                        IntStream.range(0, 20).mapToObj(i -> "os" + i + "/a").toArray(String[]::new))))
                .hasMessageEndingWith("os9/a and 10 more");
    }

    private static String picked(NodePlatform platform, List<IndexEntry> entries) throws ImageException {
        return platform.pick(entries).platform();
    }

    private static List<IndexEntry> entries(String... platforms) {
        return Stream.of(platforms)
                .map(platform -> platform.split("/"))
                .map(p -> new IndexEntry(
                        new Descriptor("", "sha256:" + "0".repeat(64), 1),
                        p[0],
                        p[1],
                        p.length > 2 ? p[2] : "",
                        "",
                        ""))
                .toList();
    }
}
