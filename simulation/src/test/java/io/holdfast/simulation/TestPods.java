package io.holdfast.simulation;

import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.table.Node;
import io.holdfast.simulation.trace.Pod;
import java.util.List;
import java.util.Map;

/** Small pods and nodes. */
public final class TestPods {
    private TestPods() {}

    public static Node node(String id, long cpuMillis, long memoryMib, int gpus) {
        Node node = new Node(id, id, new Capacity(cpuMillis, memoryMib << 20, 0, 0), Map.of());
        return gpus == 0 ? node : node.withDevices(new Node.DeviceGroup("gpu", "T4", gpus));
    }

    /** @param thousandths of each GPU */
    public static Ask ask(long cpuMillis, long memoryMib, int gpus, int thousandths) {
        Needs needs = Needs.of(new Resources(cpuMillis, 0, memoryMib << 20, 0, 0));
        return Ask.of(needs.resources())
                .with(gpus == 0 ? needs : needs.withDevices(new DeviceAsk("gpu", List.of(), gpus, thousandths)));
    }

    public static Pod pod(String name, Ask ask) {
        return new Pod(name, ask, 0, Pod.STAYS);
    }
}
