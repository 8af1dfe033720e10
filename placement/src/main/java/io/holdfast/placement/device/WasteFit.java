package io.holdfast.placement.device;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.NodeTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an instance fits on nodes with devices: the better, the less it adds to their {@link Waste}. What was worked out for a row and some
 * needs is remembered until the row changes. Confined to one chooser.
 */
public final class WasteFit {
    /** One part in this many can be told. */
    public static final int LEVEL_BITS = 24;

    /** Of a row on which an instance wastes nothing and saves nothing, as one without devices. */
    public static final long NEUTRAL = level(0);

    /** Needs whose answers are remembered; those that were not asked for the longest go first. */
    private static final int MAX_NEEDS = 256;

    /** Half the scale is for changes up to that of one whole device. */
    private static final double SCALE = 1e9;

    private final NodeTable nodes;
    private final Workload workload;
    private final Map<String, Waste> wasteByKind = new HashMap<>();
    private final Map<Needs, Answers> byNeeds = new LinkedHashMap<>(16, 0.75f, true);
    private final long[] present;
    private final int[] presentVersions;
    private Answers answers = new Answers(0);

    /** By row: what was found, and for which state of the row. */
    private static final class Answers {
        final long[] levels;
        final int[] devices;
        final int[] versions;

        Answers(int length) {
            levels = new long[length];
            devices = new int[length];
            versions = new int[length];
            Arrays.fill(versions, -1);
        }
    }

    public WasteFit(NodeTable nodes, Workload workload) {
        this.nodes = nodes;
        this.workload = workload;
        this.present = new long[nodes.length()];
        this.presentVersions = new int[nodes.length()];
        Arrays.fill(presentVersions, -1);
    }

    /** What follows is asked for this ask. */
    public void begin(Ask ask) {
        answers = byNeeds.computeIfAbsent(ask.needs(), key -> new Answers(nodes.length()));
        if (byNeeds.size() > MAX_NEEDS) {
            byNeeds.remove(byNeeds.keySet().iterator().next());
        }
    }

    /** How well it fits, from 0 to 2<sup>{@value #LEVEL_BITS}</sup>; the row has room for it, and devices. */
    public long level(int row, Ask ask) {
        answer(row, ask);
        return answers.levels[row];
    }

    /** The device that a share had best be of. */
    public int device(int row, Ask ask) {
        answer(row, ask);
        return answers.devices[row];
    }

    private void answer(int row, Ask ask) {
        int version = nodes.version(row);
        if (answers.versions[row] != version) {
            answers.versions[row] = version;
            weigh(row, ask);
        }
    }

    private void weigh(int row, Ask ask) {
        Needs needs = ask.needs();
        long freeCpu = nodes.freeCpu(row) - needs.resources().cpuMillis();
        long freeMemory = nodes.freeMemory(row) - needs.resources().memoryBytes();
        DeviceUse use = nodes.devices(row);
        long before = present(row);
        long after = 0;
        int device = -1;
        for (int group = 0; group < use.groups().size(); group++) {
            int[] free = use.free(group);
            int at = use.askFor(group, needs.devices());
            if (at < 0) {
                after += waste(use, group).of(freeCpu, freeMemory, sorted(free));
            } else if (needs.devices().get(at).thousandths() == DeviceAsk.WHOLE) {
                int[] left = sorted(free);
                Arrays.fill(left, left.length - needs.devices().get(at).count(), left.length, 0);
                Arrays.sort(left);
                after += waste(use, group).of(freeCpu, freeMemory, left);
            } else {
                device = leastWasteful(
                        use, group, freeCpu, freeMemory, needs.devices().get(at).thousandths());
                after += waste(use, group)
                        .of(
                                freeCpu,
                                freeMemory,
                                without(free, device, needs.devices().get(at).thousandths()));
            }
        }
        answers.devices[row] = device;
        answers.levels[row] = level(after - before);
    }

    /** Of devices that leave the same waste, the fullest. */
    private int leastWasteful(DeviceUse use, int group, long freeCpu, long freeMemory, int thousandths) {
        int[] free = use.free(group);
        int best = -1;
        long least = Long.MAX_VALUE;
        for (int device = 0; device < free.length; device++) {
            if (free[device] >= thousandths && !seen(free, device)) {
                long waste = waste(use, group).of(freeCpu, freeMemory, without(free, device, thousandths));
                if (waste < least || waste == least && free[device] < free[best]) {
                    best = device;
                    least = waste;
                }
            }
        }
        return best;
    }

    /** Whether an earlier device has as much left. */
    private static boolean seen(int[] free, int device) {
        for (int earlier = 0; earlier < device; earlier++) {
            if (free[earlier] == free[device]) {
                return true;
            }
        }
        return false;
    }

    private long present(int row) {
        if (presentVersions[row] != nodes.version(row)) {
            presentVersions[row] = nodes.version(row);
            DeviceUse use = nodes.devices(row);
            present[row] = 0;
            for (int group = 0; group < use.groups().size(); group++) {
                present[row] +=
                        waste(use, group).of(nodes.freeCpu(row), nodes.freeMemory(row), sorted(use.free(group)));
            }
        }
        return present[row];
    }

    private Waste waste(DeviceUse use, int group) {
        return wasteByKind.computeIfAbsent(use.groups().get(group).kind(), kind -> new Waste(workload.shapes(kind)));
    }

    private static int[] sorted(int[] free) {
        int[] copy = free.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static int[] without(int[] free, int device, int thousandths) {
        int[] left = free.clone();
        left[device] -= thousandths;
        Arrays.sort(left);
        return left;
    }

    /** More waste is less; finest around none, and never the same at the ends. */
    private static long level(long growth) {
        double x = growth / SCALE;
        return (long) ((1 - x / (1 + Math.abs(x))) / 2 * ((1L << LEVEL_BITS) - 1));
    }
}
