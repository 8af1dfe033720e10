package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle leaves whole layers, or nothing. */
@Tag("root")
@Tag("keeper-process")
class LayerCrashTest {
    private static final int KILLS = 3;
    private static final int LAYERS = 400;

    @TempDir
    Path temporary;

    /** Puts layer after layer and removes every other one, saying each name before it begins. */
    public static final class Main {
        public static void main(String[] args) throws Exception {
            LayerStore store = LayerStore.open(
                    Path.of(args[0]), LayerFixture.BOOT, new Syscalls(new JnrKernel()), LayerFixture.LIMITS);
            for (int i = 0; i < LAYERS; i++) {
                byte[] archive = archive(i);
                System.out.println(i);
                store.put(Tar.idOf(archive), new ByteArrayInputStream(archive));
                if (i % 2 == 1) {
                    store.remove(Tar.idOf(archive));
                }
            }
        }
    }

    private static byte[] archive(int number) {
        Tar tar = new Tar();
        for (int i = 0; i < 50; i++) {
            tar.file("d" + i + "/f" + number, "x".repeat(i * 100));
        }
        return tar.bytes();
    }

    @Test
    void shouldHaveWholeLayersOnlyAfterAKill() throws Exception {
        Root.required();
        LayerFixture layers = new LayerFixture(temporary);
        Random random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx48m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            layers.directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int last = -1;
            try (var said = process.inputReader()) {
                int until = random.nextInt(30);
                while (last < until) {
                    last = Integer.parseInt(said.readLine());
                }
                // somewhere in the middle of what was begun
                long spin = random.nextInt(3_000_000);
                while (spin > 0) {
                    spin--;
                    Thread.onSpinWait();
                }
            } finally {
                process.destroyForcibly().waitFor();
            }

            LayerStore store = layers.open(LayerFixture.BOOT);

            assertThat(layers.directory.resolve("incoming")).isEmptyDirectory();
            assertThat(store.check(true, any -> true)).isEmpty();
            for (int i = 0; i < last; i++) {
                assertThat(store.has(Tar.idOf(archive(i))))
                        .as("layer %d of %d", i, last)
                        .isEqualTo(i % 2 == 0);
            }
            try (var there = Files.list(layers.directory.resolve("sha256"))) {
                assertThat(there.count()).isEqualTo(store.list().size());
            }
            for (Layer layer : store.list()) {
                store.remove(layer.id());
            }
        }
    }
}
