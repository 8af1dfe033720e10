package io.holdfast.placement.table;

import io.holdfast.model.job.NodeScope;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Ports;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A node as it registers.
 *
 * @param name for people
 * @param capacity what it can give; nothing is below 0
 * @param maxAllocations how many it takes, at most {@link #MAX_ALLOCATIONS}
 * @param counted countable resources by name
 * @param ports to give to those that ask for no number
 * @param eligible whether it takes new work
 * @param attributes with {@value #POOL} and {@value #DATACENTER}, where it has them
 * @param layers of images that it has
 */
public record Node(
        String id,
        String name,
        Capacity capacity,
        int maxAllocations,
        Map<String, Long> counted,
        Ports ports,
        List<DeviceGroup> devices,
        boolean eligible,
        Map<String, String> attributes,
        LayerHashes layers) {
    /** A manifest is one document per node: this bounds it. */
    public static final int MAX_ALLOCATIONS = 500;

    public static final String POOL = NodeRegistration.POOL;
    public static final String DATACENTER = NodeRegistration.DATACENTER;

    /** Attributes that every node has, whatever it registers. */
    private static final String ID = "node.id";

    private static final String NAME = "node.name";

    /** Devices of one kind and model, counted from 0. */
    public record DeviceGroup(String kind, String model, int count) {
        public DeviceGroup {
            if (count < 0) {
                throw new IllegalArgumentException("a count of " + count + " devices of kind " + kind + " is below 0");
            }
        }
    }

    public Node {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(ports, "ports");
        Objects.requireNonNull(layers, "layers");
        counted = Collections.unmodifiableMap(new TreeMap<>(counted));
        devices = List.copyOf(devices);
        attributes = Map.copyOf(attributes);
        counted.forEach((what, amount) -> amount(id, what, amount));
        amount(id, "cpu", capacity.cpuMillis());
        amount(id, "memory", capacity.memoryBytes());
        amount(id, "disk", capacity.diskBytes());
        amount(id, "pids", capacity.pids());
        if (maxAllocations < 0 || maxAllocations > MAX_ALLOCATIONS) {
            throw new IllegalArgumentException(
                    "node " + id + " takes " + maxAllocations + " allocations, not 0 to " + MAX_ALLOCATIONS);
        }
    }

    /** One without devices, countable resources and layers that takes work. */
    public Node(String id, String name, Capacity capacity, Map<String, String> attributes) {
        this(
                id,
                name,
                capacity,
                MAX_ALLOCATIONS,
                Map.of(),
                Ports.DEFAULT,
                List.of(),
                true,
                attributes,
                LayerHashes.NONE);
    }

    public Node withEligible(boolean other) {
        return new Node(id, name, capacity, maxAllocations, counted, ports, devices, other, attributes, layers);
    }

    public Node withLayers(LayerHashes other) {
        return new Node(id, name, capacity, maxAllocations, counted, ports, devices, eligible, attributes, other);
    }

    public Node withMaxAllocations(int other) {
        return new Node(id, name, capacity, other, counted, ports, devices, eligible, attributes, layers);
    }

    public Node withCounted(Map<String, Long> other) {
        return new Node(id, name, capacity, maxAllocations, other, ports, devices, eligible, attributes, layers);
    }

    public Node withPorts(Ports other) {
        return new Node(id, name, capacity, maxAllocations, counted, other, devices, eligible, attributes, layers);
    }

    public Node withDevices(DeviceGroup... other) {
        return new Node(
                id, name, capacity, maxAllocations, counted, ports, List.of(other), eligible, attributes, layers);
    }

    /** The default one where it says nothing. */
    public String pool() {
        return attributes.getOrDefault(POOL, NodeScope.DEFAULT_POOL);
    }

    /** The default one where it says nothing. */
    public String datacenter() {
        return attributes.getOrDefault(DATACENTER, NodeScope.DEFAULT_DATACENTER);
    }

    /** Empty where it has none of that name. */
    String attribute(String attribute) {
        String value = attributes.get(attribute);
        if (value != null) {
            return value;
        }
        return switch (attribute) {
            case ID -> id;
            case NAME -> name;
            case POOL -> NodeScope.DEFAULT_POOL;
            case DATACENTER -> NodeScope.DEFAULT_DATACENTER;
            default -> "";
        };
    }

    private static void amount(String id, String what, long amount) {
        if (amount < 0 || amount > Needs.MAX_AMOUNT) {
            throw new IllegalArgumentException(
                    "node " + id + " has " + amount + " of " + what + ", not 0 to " + Needs.MAX_AMOUNT);
        }
    }
}
