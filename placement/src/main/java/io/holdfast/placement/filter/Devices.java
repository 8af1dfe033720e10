package io.holdfast.placement.filter;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.table.NodeTable;
import java.util.BitSet;
import java.util.stream.Collectors;

/** Has the devices themselves, not only as much of them in sum. */
record Devices(NodeTable nodes, Ask ask) implements Filter {
    @Override
    public String reason() {
        return "devices";
    }

    @Override
    public boolean passes(int row) {
        return nodes.fitsDevices(row, ask);
    }

    @Override
    public String message(BitSet failed) {
        return Filter.verb(failed, "has", "have") + " enough in sum, but not " + asked();
    }

    private String asked() {
        return ask.needs().devices().stream().map(Devices::text).collect(Collectors.joining(" and "));
    }

    private static String text(DeviceAsk device) {
        String what =
                device.kind() + (device.models().isEmpty() ? "" : " of model " + String.join(" or ", device.models()));
        return device.thousandths() < DeviceAsk.WHOLE
                ? device.thousandths() + " thousandths of one " + what
                : device.count() + " whole " + what;
    }
}
