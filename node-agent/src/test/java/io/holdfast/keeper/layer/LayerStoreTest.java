package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.Root;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store finds when it is opened again: after its keeper was killed, and after the machine went down. */
@Tag("root")
class LayerStoreTest {
    private static final String NEXT_BOOT = "22222222-2222-3333-4444-555555555555";

    @TempDir
    Path temporary;

    private LayerFixture layers;

    @BeforeEach
    void open() throws Exception {
        Root.required();
        layers = new LayerFixture(temporary);
    }

    @Test
    void shouldDropAfterPowerFailureWhatWasNotSettled() throws Exception {
        Layer settled = layers.put(new Tar().file("a/b", "1"));
        layers.store.settle();
        Layer fresh = layers.put(new Tar().file("a/b", "2"));

        assertThat(layers.open(LayerFixture.BOOT).list()).containsExactlyInAnyOrder(settled, fresh);
        LayerStore next = layers.open(NEXT_BOOT);
        assertThat(next.list()).containsExactly(settled);
        assertThat(next.find(fresh.id())).isEmpty();
        assertThat(next.tree(fresh.id()).getParent()).doesNotExist();
        assertThat(layers.directory.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void shouldDropATornRecordAndRefuseAnUnknownOne() throws Exception {
        Layer layer = layers.put(new Tar().file("a", "1"));
        Path record = layers.tree(layer).resolveSibling("layer.json");
        Files.writeString(record, Files.readString(record).replace("\"format\":1", "\"format\":2"));
        assertThatThrownBy(() -> layers.open(LayerFixture.BOOT))
                .hasMessageContaining("has format 2, and this keeper knows 1");

        Files.writeString(record, "{\"format\":1,");
        assertThat(layers.open(LayerFixture.BOOT).list()).isEmpty();
        assertThat(layers.tree(layer).getParent()).doesNotExist();
    }

    @Test
    void shouldWriteAndReadAsTheGoldenFileSays() throws Exception {
        String golden;
        try (InputStream in = LayerStoreTest.class.getResourceAsStream("/golden/keeper-LayerRecord-1.json")) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        DiffId id = DiffId.ofHex("0123456789abcdef".repeat(4));
        LayerRecord record = LayerRecord.of(new Layer(id, 12, 3, List.of("a", "a/b%20c")), LayerFixture.BOOT);

        record.write(temporary);

        assertThat(temporary.resolve("layer.json")).hasContent(golden);
        assertThat(LayerRecord.read(temporary)).contains(record);
    }

    @Test
    void shouldLeaveNothingWhenTheSourceFails() throws Exception {
        byte[] archive = new Tar().file("a/b/c", "x".repeat(100_000)).bytes();
        AtomicInteger at = new AtomicInteger();
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                if (at.get() == 50_000) {
                    throw new IOException("the agent is gone");
                }
                return archive[at.getAndIncrement()];
            }
        };
        assertThatThrownBy(() -> layers.store.put(Tar.idOf(archive), broken))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(LayerRefusedException.class)
                .hasMessageEndingWith("entry a/b/c: the agent is gone");
        layers.assertNothingLeft(Tar.idOf(archive));
    }

    @Test
    void shouldSaySoWhenTheDiskIsFull() throws Exception {
        Path small = Files.createDirectory(temporary.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=1m", "small", small.toString());
        try {
            LayerStore store =
                    LayerStore.open(small.resolve("layers"), LayerFixture.BOOT, layers.syscalls, LayerFixture.LIMITS);
            byte[] archive = new Tar().file("a", "x".repeat(3 << 20)).bytes();
            assertThatThrownBy(() -> store.put(Tar.idOf(archive), new ByteArrayInputStream(archive)))
                    .isNotInstanceOf(LayerRefusedException.class)
                    .hasMessage("layer %s: entry a: no space left on disk".formatted(Tar.idOf(archive)));
            assertThat(small.resolve("layers/incoming")).isEmptyDirectory();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void shouldRefuseOtherTextsAsDiffId() {
        for (String text : List.of("", "sha256:", "sha512:" + "0".repeat(64), "sha256:" + "A".repeat(64), "../x")) {
            assertThatThrownBy(() -> new DiffId(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), said)
                .isZero();
    }
}
