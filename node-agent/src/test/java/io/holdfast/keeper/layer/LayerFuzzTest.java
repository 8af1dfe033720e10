package io.holdfast.keeper.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.Root;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are nearly right. Whatever they are, they are unpacked or refused, and nothing else happens. */
@Tag("root")
@Tag("any-kernel")
class LayerFuzzTest {
    private static final long SEED = 20_260_101;
    private static final int ROUNDS = 600;
    private static final int BLOCK = 512;

    @TempDir
    Path temporary;

    @Test
    void shouldRefuseOrUnpackWhateverComes() throws Exception {
        Root.required();
        LayerFixture layers = new LayerFixture(temporary);
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] archive = mutated(archive(layers.outside), random);
            DiffId id = Tar.idOf(archive);
            try {
                layers.store.put(id, new ByteArrayInputStream(archive));
                layers.store.remove(id);
            } catch (IOException e) {
                refused++;
                assertThat(e.getMessage())
                        .as("seed %d, round %d", SEED, round)
                        .startsWith("layer ")
                        .doesNotContain("\n");
            }
            layers.assertNothingLeft(id);
        }
        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
    }

    private static byte[] archive(Path outside) {
        return new Tar()
                .add(Tar.directory("./"))
                .add(Tar.directory("usr/"))
                .file("usr/bin/program", "#!/bin/sh\n".repeat(100))
                .add(Tar.symbolicLink("out", outside.toString()))
                .file("out/sentinel", "from the archive")
                .add(Tar.hardLink("usr/other", "usr/bin/program"))
                .add(Tar.Header.of("dev/null", '3').device(1, 3))
                .add(Tar.Header.of("pipe", '6'))
                .pax("path", "long/" + "n".repeat(120), "mtime", "1.5", "SCHILY.xattr.user.a", "b")
                .file("short", "x")
                .add(Tar.Header.of("long", 'L'), "g".repeat(150))
                .file("short", "x")
                .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "3000")
                .file("sparse", "1\n1000\n3\n" + "\0".repeat(512 - 9) + "abc")
                .pax("GNU.sparse.size", "3000", "GNU.sparse.numblocks", "1", "GNU.sparse.map", "1000,3")
                .file("sparse2", "abc")
                .file("usr/.wh.gone", "")
                .file("usr/.wh..wh..opq", "")
                .bytes();
    }

    private static byte[] mutated(byte[] archive, Random random) {
        byte[] bytes = archive.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int block = random.nextInt(bytes.length / BLOCK) * BLOCK;
            switch (random.nextInt(6)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, BLOCK + random.nextInt(bytes.length - BLOCK));
                case 2 -> swap(bytes, block, random.nextInt(bytes.length / BLOCK) * BLOCK);
                case 3 -> change(bytes, block, random, random.nextInt(BLOCK), 1);
                // numbers and the type
                case 4 -> change(bytes, block, random, 100 + random.nextInt(57), 1 + random.nextInt(8));
                default -> change(bytes, block, random, random.nextInt(200), 1 + random.nextInt(60));
            }
        }
        return bytes;
    }

    private static void swap(byte[] bytes, int one, int other) {
        byte[] block = Arrays.copyOfRange(bytes, one, one + BLOCK);
        System.arraycopy(bytes, other, bytes, one, BLOCK);
        System.arraycopy(block, 0, bytes, other, BLOCK);
    }

    /** With a right checksum, or all that is found is that it is wrong. */
    private static void change(byte[] bytes, int block, Random random, int at, int length) {
        byte[] header = Arrays.copyOfRange(bytes, block, block + BLOCK);
        for (int i = at; i < Math.min(at + length, BLOCK); i++) {
            header[i] = random.nextBoolean() ? (byte) ('0' + random.nextInt(8)) : (byte) random.nextInt(256);
        }
        Tar.sign(header);
        System.arraycopy(header, 0, bytes, block, BLOCK);
    }
}
