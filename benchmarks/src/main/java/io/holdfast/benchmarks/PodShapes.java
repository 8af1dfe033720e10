package io.holdfast.benchmarks;

import io.holdfast.model.job.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Cpu and memory of the pods of a trace with the columns {@code name,cpu_milli,memory_mib,…}. */
final class PodShapes {
    private PodShapes() {}

    static List<Resources> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .map(columns -> new Resources(Long.parseLong(columns[1]), 0, Long.parseLong(columns[2]) << 20, 0, 0))
                .filter(one -> one.cpuMillis() > 0)
                .toList();
    }
}
