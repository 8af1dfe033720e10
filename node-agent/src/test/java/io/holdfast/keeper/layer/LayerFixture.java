package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A store, and beside it something that no archive may touch. */
final class LayerFixture {
    static final String BOOT = "11111111-2222-3333-4444-555555555555";

    /** Small enough that a test reaches them. */
    static final LayerLimits LIMITS =
            new LayerLimits(2_000, 64 << 20, 4095, 64, 64 << 10, 256 << 10, 16 << 10, 1 << 20);

    final Syscalls syscalls = new Syscalls(new JnrKernel());
    final TreeCalls calls = new TreeCalls(syscalls);
    final Path directory;
    final Path outside;
    final LayerStore store;

    LayerFixture(Path temporary) throws Exception {
        directory = temporary.resolve("layers");
        outside = Files.createDirectories(temporary.resolve("outside"));
        Files.writeString(outside.resolve("sentinel"), "untouched");
        store = open(BOOT);
    }

    LayerStore open(String bootId) throws IOException {
        return LayerStore.open(directory, bootId, syscalls, LIMITS);
    }

    Layer put(Tar tar) throws IOException {
        return put(tar.bytes());
    }

    Layer put(byte[] archive) throws IOException {
        return store.put(Tar.idOf(archive), new ByteArrayInputStream(archive));
    }

    Path tree(Layer layer) {
        return store.tree(layer.id());
    }

    /** The one line that says why; afterwards nothing of the layer is there and nothing outside has changed. */
    String refused(Tar tar) throws IOException {
        return refused(tar.bytes());
    }

    String refused(byte[] archive) throws IOException {
        DiffId id = Tar.idOf(archive);
        Throwable why = catchThrowable(() -> store.put(id, new ByteArrayInputStream(archive)));
        assertThat(why).isInstanceOf(LayerRefusedException.class);
        assertThat(why.getMessage()).startsWith("layer " + id + ": ").doesNotContain("\n");
        assertNothingLeft(id);
        return why.getMessage().substring(("layer " + id + ": ").length());
    }

    void assertNothingLeft(DiffId id) throws IOException {
        assertThat(store.has(id)).isFalse();
        assertThat(store.tree(id)).doesNotExist();
        assertThat(directory.resolve("incoming")).isEmptyDirectory();
        assertThat(outside.resolve("sentinel")).hasContent("untouched");
        try (Stream<Path> there = Files.list(outside)) {
            assertThat(there).hasSize(1);
        }
    }

    TreeCalls.Status status(Layer layer, String path) throws IOException {
        int root = calls.openTop(tree(layer).toString());
        try {
            return calls.status(root, path);
        } finally {
            calls.close(root);
        }
    }

    String attribute(Layer layer, String path, String attribute) throws IOException {
        int root = calls.openTop(tree(layer).toString());
        try {
            return new String(calls.attribute(root, path, attribute), StandardCharsets.ISO_8859_1);
        } finally {
            calls.close(root);
        }
    }

    boolean isOpaque(Layer layer, String path) throws IOException {
        int root = calls.openTop(tree(layer).toString());
        try {
            return calls.attributes(root, path).contains("trusted.overlay.opaque");
        } finally {
            calls.close(root);
        }
    }
}
