package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of processes as the kernel shares it out: proportional set size from smaps_rollup, see proc(5). */
public final class Footprint {
    private Footprint() {}

    /** Arguments: {@code name=pid …}. Prints each and their sum. */
    public static void main(String[] args) throws IOException {
        System.out.printf("| process | PSS MiB |%n| --- | --- |%n");
        long sum = 0;
        for (String arg : args) {
            String[] parts = arg.split("=", 2);
            long kib = pssKib(Long.parseLong(parts[1]));
            sum += kib;
            System.out.printf("| %s | %.1f |%n", parts[0], kib / 1024.0);
        }
        System.out.printf("| sum (agent + keeper asked: 150) | %.1f |%n", sum / 1024.0);
    }

    static long pssKib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no Pss in smaps_rollup of " + pid);
    }
}
