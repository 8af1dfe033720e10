package io.holdfast.placement.table;

import java.util.List;

/**
 * Which of what a node has several of an instance got.
 *
 * @param ports the dynamic ones
 */
public record Grant(List<Integer> ports, List<Devices> devices) {
    public static final Grant NONE = new Grant(List.of(), List.of());

    /**
     * @param indexes within the node's devices of this kind and model, from 0
     * @param thousandths of each
     */
    public record Devices(String kind, String model, List<Integer> indexes, int thousandths) {
        public Devices {
            indexes = List.copyOf(indexes);
        }
    }

    public Grant {
        ports = List.copyOf(ports);
        devices = List.copyOf(devices);
    }
}
