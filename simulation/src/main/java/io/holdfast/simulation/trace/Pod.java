package io.holdfast.simulation.trace;

import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;

/**
 * One pod of a trace.
 *
 * @param ask the same object for all pods that ask for the same
 * @param arrivalSeconds since the trace began
 * @param departureSeconds since the trace began; {@link #STAYS} for one that does not end
 */
public record Pod(String name, Ask ask, long arrivalSeconds, long departureSeconds) {
    public static final long STAYS = Long.MAX_VALUE;

    public long cpuMillis() {
        return ask.needs().resources().cpuMillis();
    }

    public long memoryBytes() {
        return ask.needs().resources().memoryBytes();
    }

    /** All that it asks for together; 0 for none. */
    public long gpuThousandths() {
        long sum = 0;
        for (DeviceAsk device : ask.needs().devices()) {
            sum += device.total();
        }
        return sum;
    }
}
