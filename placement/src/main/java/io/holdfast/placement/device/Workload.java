package io.holdfast.placement.device;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is usually asked for of devices: shapes, and how often. Whoever owns an engine decides what it has learned from: what runs, what has
 * come lately. Immutable.
 */
public final class Workload {
    /** Rarer shapes are passed over. */
    public static final int MAX_SHAPES = 256;

    /**
     * @param count of devices
     * @param thousandths of each
     */
    public record Shape(long cpuMillis, long memoryBytes, int count, int thousandths) {
        long total() {
            return (long) count * thousandths;
        }

        boolean isShare() {
            return thousandths < DeviceAsk.WHOLE;
        }
    }

    /** Of whom nothing is known: whole devices, one, two, four and eight at a time, halves and tenths. */
    public static final Workload USUAL = usual();

    /** By kind of devices. */
    private final Map<String, Map<Shape, Integer>> kinds;

    private final Map<Shape, Integer> ofOthers;

    private Workload(Map<String, Map<Shape, Integer>> kinds, Map<Shape, Integer> ofOthers) {
        this.kinds = kinds;
        this.ofOthers = ofOthers;
    }

    private static Workload usual() {
        Map<Shape, Integer> shapes = new LinkedHashMap<>();
        shapes.put(new Shape(0, 0, 1, DeviceAsk.WHOLE), 60);
        shapes.put(new Shape(0, 0, 1, DeviceAsk.WHOLE / 2), 10);
        shapes.put(new Shape(0, 0, 1, DeviceAsk.WHOLE / 10), 15);
        shapes.put(new Shape(0, 0, 2, DeviceAsk.WHOLE), 5);
        shapes.put(new Shape(0, 0, 4, DeviceAsk.WHOLE), 5);
        shapes.put(new Shape(0, 0, 8, DeviceAsk.WHOLE), 5);
        return new Workload(Map.of(), Collections.unmodifiableMap(shapes));
    }

    /** Learned from these; of kinds of devices that none of them asks for, as {@link #USUAL}. */
    public static Workload of(Iterable<Ask> asks) {
        Map<String, Map<Shape, Integer>> counts = new TreeMap<>();
        for (Ask ask : asks) {
            Resources resources = ask.needs().resources();
            for (DeviceAsk device : ask.needs().devices()) {
                Shape shape =
                        new Shape(resources.cpuMillis(), resources.memoryBytes(), device.count(), device.thousandths());
                counts.computeIfAbsent(device.kind(), key -> new LinkedHashMap<>())
                        .merge(shape, 1, Integer::sum);
            }
        }
        Map<String, Map<Shape, Integer>> kinds = new TreeMap<>();
        counts.forEach((kind, shapes) -> kinds.put(kind, mostFrequent(shapes)));
        return new Workload(kinds, USUAL.ofOthers);
    }

    private static Map<Shape, Integer> mostFrequent(Map<Shape, Integer> counts) {
        List<Map.Entry<Shape, Integer>> entries = new ArrayList<>(counts.entrySet());
        entries.sort(Map.Entry.<Shape, Integer>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey().total(), Comparator.reverseOrder())
                .thenComparing(entry -> entry.getKey().cpuMillis())
                .thenComparing(entry -> entry.getKey().memoryBytes())
                .thenComparing(entry -> entry.getKey().count()));
        Map<Shape, Integer> most = new LinkedHashMap<>();
        entries.stream().limit(MAX_SHAPES).forEach(entry -> most.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(most);
    }

    Map<Shape, Integer> shapes(String kind) {
        return kinds.getOrDefault(kind, ofOthers);
    }
}
