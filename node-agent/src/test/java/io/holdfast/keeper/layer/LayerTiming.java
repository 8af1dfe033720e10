package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Tells how long an archive takes: {@code LayerTiming DIRECTORY ARCHIVE [ROUNDS]}. No test; see docs/proof. */
public final class LayerTiming {
    private LayerTiming() {}

    public static void main(String[] args) throws Exception {
        Path archive = Path.of(args[1]);
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        DiffId id = digest(archive);
        Syscalls syscalls = new Syscalls(new JnrKernel());
        LayerStore store = LayerStore.open(Path.of(args[0]), "timing", syscalls, LayerLimits.DEFAULT);
        for (int round = 0; round < rounds; round++) {
            long begin = System.nanoTime();
            Layer layer;
            try (InputStream in = new FileInputStream(archive.toFile())) {
                layer = store.put(id, in);
            }
            long put = System.nanoTime();
            int quick = store.check(false, any -> true).size();
            long checked = System.nanoTime();
            int deep = store.check(true, any -> true).size();
            long checkedDeep = System.nanoTime();
            store.remove(id);
            System.out.printf(
                    "put %d ms (%d entries, %d bytes), check %d ms, deep %d ms, remove %d ms, damaged %d%n",
                    (put - begin) / 1_000_000,
                    layer.entries(),
                    layer.bytes(),
                    (checked - put) / 1_000_000,
                    (checkedDeep - checked) / 1_000_000,
                    (System.nanoTime() - checkedDeep) / 1_000_000,
                    quick + deep);
        }
    }

    private static DiffId digest(Path archive) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            byte[] buffer = new byte[1 << 20];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        }
        return DiffId.ofHex(HexFormat.of().formatHex(digest.digest()));
    }
}
