package io.holdfast.placement.preempt;

import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Node.DeviceGroup;
import java.util.List;

/** Where only devices are in the way: what would be left of them as tenants go, without touching the table. */
final class FreedDevices implements Cover.Trying {
    private final DeviceUse use;
    private final Tenants tenants;
    private final List<DeviceAsk> asks;

    /** By group, then device. */
    private final int[][] left;

    FreedDevices(DeviceUse use, Tenants tenants, List<DeviceAsk> asks) {
        this.use = use;
        this.tenants = tenants;
        this.asks = asks;
        this.left = new int[use.groups().size()][];
        for (int group = 0; group < left.length; group++) {
            left[group] = use.free(group).clone();
        }
    }

    @Override
    public void stop(int i) {
        change(i, 1);
    }

    @Override
    public void resume(int i) {
        change(i, -1);
    }

    private void change(int i, int sign) {
        List<Grant.Devices> all = tenants.holdings[i].grant().devices();
        for (int n = 0; n < all.size(); n++) {
            Grant.Devices devices = all.get(n);
            int group = group(devices);
            if (group >= 0) {
                for (int device : devices.indexes()) {
                    if (device < left[group].length) {
                        left[group][device] += sign * devices.thousandths();
                    }
                }
            }
        }
    }

    private int group(Grant.Devices devices) {
        for (int group = 0; group < left.length; group++) {
            DeviceGroup one = use.groups().get(group);
            if (one.kind().equals(devices.kind()) && one.model().equals(devices.model())) {
                return group;
            }
        }
        return -1;
    }

    @Override
    public boolean fits() {
        for (int i = 0; i < asks.size(); i++) {
            if (lack(asks.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    /** So many have to go at least: none of them leaves more devices than it has. */
    int atLeast(int count) {
        int most = 1;
        for (int i = 0; i < count; i++) {
            List<Grant.Devices> all = tenants.holdings[i].grant().devices();
            for (int n = 0; n < all.size(); n++) {
                most = Math.max(most, all.get(n).indexes().size());
            }
        }
        int atLeast = 0;
        for (int i = 0; i < asks.size(); i++) {
            atLeast = Math.max(atLeast, (lack(asks.get(i)) + most - 1) / most);
        }
        return atLeast;
    }

    /** How many devices it has too few of, in the group that has the most. */
    private int lack(DeviceAsk ask) {
        int lack = ask.count();
        for (int group = 0; group < left.length; group++) {
            DeviceGroup one = use.groups().get(group);
            if (one.kind().equals(ask.kind()) && ask.takes(one.model())) {
                lack = Math.min(lack, Math.max(0, ask.count() - enough(left[group], ask)));
            }
        }
        return lack;
    }

    /** How many have so much left. */
    private static int enough(int[] left, DeviceAsk ask) {
        int enough = 0;
        for (int one : left) {
            enough += one >= ask.thousandths() ? 1 : 0;
        }
        return enough;
    }
}
