package io.holdfast.placement.table;

import io.holdfast.placement.request.DeviceAsk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is left of each device of one node, in thousandths. */
public final class DeviceUse {
    private final List<Node.DeviceGroup> groups;

    /** By group, then device. Below 0 where a device was taken that is no more. */
    private final int[][] free;

    DeviceUse(List<Node.DeviceGroup> groups) {
        this.groups = groups;
        this.free = new int[groups.size()][];
        for (int g = 0; g < free.length; g++) {
            free[g] = new int[groups.get(g).count()];
            Arrays.fill(free[g], DeviceAsk.WHOLE);
        }
    }

    public List<Node.DeviceGroup> groups() {
        return groups;
    }

    /** Not to be altered. */
    public int[] free(int group) {
        return free[group];
    }

    boolean fits(List<DeviceAsk> asks) {
        for (DeviceAsk ask : asks) {
            if (group(ask) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Which device a share is to be of. */
    public interface Choice {
        /** The device with the least left that is enough. */
        Choice TIGHTEST = (use, group, thousandths) -> tightest(use.free(group), thousandths);

        /** @return one that has that much left */
        int device(DeviceUse use, int group, int thousandths);
    }

    /** Of the groups that can, the one that has the least left. They must fit. */
    List<Grant.Devices> choose(List<DeviceAsk> asks, Choice choice) {
        List<Grant.Devices> chosen = new ArrayList<>(asks.size());
        for (DeviceAsk ask : asks) {
            int group = group(ask);
            chosen.add(new Grant.Devices(
                    ask.kind(), groups.get(group).model(), devices(group, ask, choice), ask.thousandths()));
        }
        return chosen;
    }

    private List<Integer> devices(int group, DeviceAsk ask, Choice choice) {
        if (ask.thousandths() < DeviceAsk.WHOLE) {
            return List.of(choice.device(this, group, ask.thousandths()));
        }
        int[] left = free[group];
        List<Integer> devices = new ArrayList<>(ask.count());
        for (int device = 0; devices.size() < ask.count(); device++) {
            if (left[device] == DeviceAsk.WHOLE) {
                devices.add(device);
            }
        }
        return devices;
    }

    /** The device with the least left that is enough; -1 for none. */
    static int tightest(int[] left, int thousandths) {
        int tightest = -1;
        for (int device = 0; device < left.length; device++) {
            if (left[device] >= thousandths && (tightest < 0 || left[device] < left[tightest])) {
                tightest = device;
            }
        }
        return tightest;
    }

    /** Which of these asks a group would answer; -1 for none. */
    public int askFor(int group, List<DeviceAsk> asks) {
        for (int i = 0; i < asks.size(); i++) {
            if (group(asks.get(i)) == group) {
                return i;
            }
        }
        return -1;
    }

    private int group(DeviceAsk ask) {
        int best = -1;
        for (int g = 0; g < free.length; g++) {
            Node.DeviceGroup group = groups.get(g);
            if (group.kind().equals(ask.kind())
                    && ask.takes(group.model())
                    && has(free[g], ask)
                    && (best < 0 || sum(free[g]) < sum(free[best]))) {
                best = g;
            }
        }
        return best;
    }

    private static long sum(int[] left) {
        long sum = 0;
        for (int one : left) {
            sum += one;
        }
        return sum;
    }

    private static boolean has(int[] left, DeviceAsk ask) {
        if (ask.thousandths() < DeviceAsk.WHOLE) {
            return tightest(left, ask.thousandths()) >= 0;
        }
        int whole = 0;
        for (int one : left) {
            whole += one == DeviceAsk.WHOLE ? 1 : 0;
        }
        return whole >= ask.count();
    }

    /** @param sign 1 to take, -1 to give back; what the node does not have any more is passed over */
    void change(Grant.Devices devices, int sign) {
        for (int g = 0; g < free.length; g++) {
            if (groups.get(g).kind().equals(devices.kind())
                    && groups.get(g).model().equals(devices.model())) {
                for (int device : devices.indexes()) {
                    if (device < free[g].length) {
                        free[g][device] -= sign * devices.thousandths();
                    }
                }
                return;
            }
        }
    }
}
