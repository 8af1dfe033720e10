package io.holdfast.placement.request;

import io.holdfast.model.job.Resources;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one instance takes from its node.
 *
 * @param counted countable resources by name, as {@code license: 2}
 * @param staticPorts ports of the node that are to be its own
 * @param dynamicPorts how many more, whichever are free
 */
public record Needs(
        Resources resources,
        Map<String, Long> counted,
        List<Integer> staticPorts,
        int dynamicPorts,
        List<DeviceAsk> devices) {
    /** More of anything is no amount: sums over a node's allocations stay exact. */
    public static final long MAX_AMOUNT = 1L << 53;

    public Needs {
        counted = Collections.unmodifiableMap(new TreeMap<>(counted));
        staticPorts = List.copyOf(staticPorts);
        devices = List.copyOf(devices);
        amount("cpu", resources.cpuMillis());
        amount("memory", resources.memoryBytes());
        amount("disk", resources.diskBytes());
        amount("pids", resources.pids());
        amount("dynamic ports", dynamicPorts);
        counted.forEach(Needs::amount);
        if (staticPorts.stream().distinct().count() < staticPorts.size()) {
            throw new IllegalArgumentException("a static port stands twice in " + staticPorts);
        }
        for (int port : staticPorts) {
            if (port < 1 || port > Ports.LAST) {
                throw new IllegalArgumentException("static port " + port + " is not 1 to " + Ports.LAST);
            }
        }
        if (devices.stream().map(DeviceAsk::kind).distinct().count() < devices.size()) {
            throw new IllegalArgumentException("a kind of device is asked for twice");
        }
    }

    public static Needs of(Resources resources) {
        return new Needs(resources, Map.of(), List.of(), 0, List.of());
    }

    public Needs withCounted(Map<String, Long> other) {
        return new Needs(resources, other, staticPorts, dynamicPorts, devices);
    }

    public Needs withPorts(List<Integer> fixed, int dynamic) {
        return new Needs(resources, counted, fixed, dynamic, devices);
    }

    public Needs withDevices(DeviceAsk... other) {
        return new Needs(resources, counted, staticPorts, dynamicPorts, List.of(other));
    }

    private static void amount(String what, long amount) {
        if (amount < 0 || amount > MAX_AMOUNT) {
            throw new IllegalArgumentException("the need of " + what + " is not 0 to " + MAX_AMOUNT + ": " + amount);
        }
    }
}
