package io.holdfast.keeper;

import java.util.HashMap;
import java.util.Map;

/** How many sessions there are, on the node and for each container. Thread-safe. */
final class StreamSlots {
    private final String what;
    private final int most;
    private final int mostPerContainer;
    private final Map<String, Integer> byContainer = new HashMap<>();
    private int taken;

    /** @param what are counted, in the plural */
    StreamSlots(String what, int most, int mostPerContainer) {
        this.what = what;
        this.most = most;
        this.mostPerContainer = mostPerContainer;
    }

    synchronized void take(String container) throws RefusedException {
        if (taken >= most) {
            throw RefusedException.busy("%d %s have been executed on this node, the most at once", most, what);
        }
        int own = byContainer.getOrDefault(container, 0);
        if (own >= mostPerContainer) {
            throw RefusedException.busy(
                    "%d %s have been executed in container %s, the most at once", mostPerContainer, what, container);
        }
        byContainer.put(container, own + 1);
        taken++;
    }

    synchronized void release(String container) {
        taken--;
        byContainer.computeIfPresent(container, (id, own) -> own == 1 ? null : own - 1);
    }
}
