package io.holdfast.placement.repack;

import io.holdfast.placement.Chooser;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.Grant;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes devices whole: the shares of one are moved to devices of other nodes that are in use already, those of the device with the fewest
 * shares first.
 */
final class WholeDevices implements Moving.Taste {
    private record Device(int row, String kind, String model, int index) {}

    private record Source(Device device, List<Holding> shares, int thousandths) {}

    private static final Comparator<Source> FEWEST_MOVES = Comparator.comparingInt(
                    (Source source) -> source.shares().size())
            .thenComparingInt(Source::thousandths)
            .thenComparingInt(source -> source.device().row())
            .thenComparing(source -> source.device().kind())
            .thenComparing(source -> source.device().model())
            .thenComparingInt(source -> source.device().index());

    private final NodeTable nodes;
    private final Moving moving;

    /** Of which something was moved, or to which: they are left alone from then on. */
    private final Set<Device> settled = new HashSet<>();

    WholeDevices(NodeTable nodes, PlacementEngine engine, Budget budget) {
        this.nodes = nodes;
        this.moving = new Moving(nodes, engine.on(nodes), budget, this);
    }

    Repacking plan() {
        try (moving) {
            int before = whole();
            nodes.present().stream().filter(row -> !hasShared(row)).forEach(moving.targets::close);
            for (Source source : sources()) {
                if (!settled.contains(source.device())) {
                    empty(source);
                }
            }
            return new Repacking(moving.moves(), emptied(), whole() - before);
        }
    }

    private void empty(Source source) {
        int before = moving.count();
        int row = source.device().row();
        boolean open = hasShared(row);
        if (!moving.move(source.shares(), row)) {
            if (!open) {
                moving.targets.close(row);
            }
            return;
        }
        for (Moving.Moved one : moving.since(before)) {
            one.holding().grant().devices().forEach(devices -> settle(row, devices));
            one.grant().devices().forEach(devices -> settle(one.to(), devices));
        }
        if (hasShared(row)) {
            moving.targets.open(row);
        }
    }

    private void settle(int row, Grant.Devices devices) {
        devices.indexes().forEach(index -> settled.add(new Device(row, devices.kind(), devices.model(), index)));
    }

    private List<Source> sources() {
        List<Source> sources = new ArrayList<>();
        nodes.withDevices().stream().forEach(row -> {
            Map<Device, List<Holding>> shares = new LinkedHashMap<>();
            for (Holding holding : nodes.holdings(row)) {
                for (Grant.Devices devices : holding.grant().devices()) {
                    if (devices.thousandths() < DeviceAsk.WHOLE) {
                        devices.indexes()
                                .forEach(index -> shares.computeIfAbsent(
                                                new Device(row, devices.kind(), devices.model(), index),
                                                key -> new ArrayList<>())
                                        .add(holding));
                    }
                }
            }
            shares.forEach((device, holdings) -> {
                holdings.sort(Comparator.comparing(Holding::id));
                sources.add(new Source(device, holdings, used(device)));
            });
        });
        sources.sort(FEWEST_MOVES);
        return sources;
    }

    private int used(Device device) {
        DeviceUse use = nodes.devices(device.row());
        int group = group(use, device.kind(), device.model());
        return group < 0 || device.index() >= use.free(group).length
                ? DeviceAsk.WHOLE
                : DeviceAsk.WHOLE - use.free(group)[device.index()];
    }

    private static int group(DeviceUse use, String kind, String model) {
        for (int group = 0; group < use.groups().size(); group++) {
            DeviceGroup one = use.groups().get(group);
            if (one.kind().equals(kind) && one.model().equals(model)) {
                return group;
            }
        }
        return -1;
    }

    /** One that breaks no whole device for a share. */
    @Override
    public boolean likes(int row, Grant grant) {
        DeviceUse use = nodes.devices(row);
        for (Grant.Devices devices : grant.devices()) {
            int[] free = use.free(group(use, devices.kind(), devices.model()));
            if (devices.thousandths() < DeviceAsk.WHOLE
                    && free[devices.indexes().get(0)] == DeviceAsk.WHOLE) {
                return false;
            }
        }
        return true;
    }

    /** The tightest, which is a whole one only where no other will do. */
    @Override
    public DeviceUse.Choice devices(Chooser chooser, int row, PlacementRequest request) {
        return DeviceUse.Choice.TIGHTEST;
    }

    private boolean hasShared(int row) {
        DeviceUse use = nodes.devices(row);
        for (int group = 0; group < use.groups().size(); group++) {
            for (int free : use.free(group)) {
                if (free > 0 && free < DeviceAsk.WHOLE) {
                    return true;
                }
            }
        }
        return false;
    }

    private int whole() {
        int whole = 0;
        for (int row = nodes.withDevices().nextSetBit(0);
                row >= 0;
                row = nodes.withDevices().nextSetBit(row + 1)) {
            DeviceUse use = nodes.devices(row);
            for (int group = 0; group < use.groups().size(); group++) {
                for (int free : use.free(group)) {
                    whole += free == DeviceAsk.WHOLE ? 1 : 0;
                }
            }
        }
        return whole;
    }

    /** Nodes that have nothing left. */
    private List<String> emptied() {
        Map<Integer, Integer> gone = new HashMap<>();
        moving.since(0).forEach(one -> gone.merge(one.from(), 1, Integer::sum));
        return gone.keySet().stream()
                .filter(row -> !moving.hasReceived(row)
                        && gone.get(row) == nodes.holdings(row).size())
                .sorted()
                .map(row -> nodes.node(row).id())
                .toList();
    }
}
