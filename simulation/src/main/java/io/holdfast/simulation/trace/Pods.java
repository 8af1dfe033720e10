package io.holdfast.simulation.trace;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists of pods. */
public final class Pods {
    /** What a column of {@code gpu} counts, as a kind of devices. */
    public static final String GPU = "gpu";

    /** Sums over {@link CsvTable#MAX_LINES} pods stay below the largest long. */
    public static final long MAX_CPU_MILLIS = 100_000_000;

    public static final long MAX_MEMORY_MIB = 1 << 23;

    private static final int MAX_GPUS = 1024;

    private Pods() {}

    /**
     * Columns {@code name, cpu_milli, memory_mib}; where there are GPUs {@code num_gpu}, {@code gpu_milli} (thousandths of each) and
     * {@code gpu_spec} (models, separated by bars); {@code creation_time} and {@code deletion_time} in seconds. In the order of their
     * creation, then of their lines.
     */
    public static List<Pod> read(Path file) throws IOException, TraceInvalid {
        return read(file, List.of("name", "cpu_milli", "memory_mib"));
    }

    /** The same of a file that must have the columns of times; one that has no {@code deletion_time} stays. */
    public static List<Pod> readWithTimes(Path file) throws IOException, TraceInvalid {
        return read(file, List.of("name", "cpu_milli", "memory_mib", "creation_time", "deletion_time"));
    }

    private static List<Pod> read(Path file, List<String> columns) throws IOException, TraceInvalid {
        List<Pod> pods = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        Map<Needs, Ask> asks = new HashMap<>();
        for (CsvRow row : CsvTable.read(file, columns)) {
            String name = row.required("name");
            Integer before = lines.putIfAbsent(name, row.line());
            if (before != null) {
                throw row.wrong("name", "another name than that of line " + before);
            }
            Needs needs = needs(row);
            long arrival = row.number("creation_time", 0, Long.MAX_VALUE - 1, 0);
            pods.add(new Pod(
                    name,
                    asks.computeIfAbsent(needs, Pods::ask),
                    arrival,
                    row.number("deletion_time", arrival, Long.MAX_VALUE - 1, Pod.STAYS)));
        }
        pods.sort(Comparator.comparingLong(Pod::arrivalSeconds));
        return pods;
    }

    /** The same pods as if they asked for no GPUs. */
    public static List<Pod> withoutGpus(List<Pod> pods) {
        Map<Needs, Ask> asks = new HashMap<>();
        return pods.stream()
                .map(pod -> new Pod(
                        pod.name(),
                        asks.computeIfAbsent(Needs.of(pod.ask().needs().resources()), Pods::ask),
                        pod.arrivalSeconds(),
                        pod.departureSeconds()))
                .toList();
    }

    private static Needs needs(CsvRow row) throws TraceInvalid {
        long cpu = row.number("cpu_milli", 0, MAX_CPU_MILLIS);
        long memory = row.number("memory_mib", 0, MAX_MEMORY_MIB) << 20;
        Needs needs = Needs.of(new Resources(cpu, 0, memory, 0, 0));
        int gpus = (int) row.number("num_gpu", 0, MAX_GPUS, 0);
        if (gpus == 0) {
            return needs;
        }
        // several are taken whole: a share is of one
        long least = gpus == 1 ? 1 : DeviceAsk.WHOLE;
        int thousandths = (int) row.number("gpu_milli", least, DeviceAsk.WHOLE, DeviceAsk.WHOLE);
        String models = row.text("gpu_spec");
        return needs.withDevices(
                new DeviceAsk(GPU, models.isEmpty() ? List.of() : List.of(models.split("\\|")), gpus, thousandths));
    }

    static Ask ask(Needs needs) {
        return Ask.of(needs.resources()).with(needs);
    }
}
