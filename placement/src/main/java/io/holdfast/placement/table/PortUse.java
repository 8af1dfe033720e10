package io.holdfast.placement.table;

import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.Ports;
import java.util.ArrayList;
import java.util.List;

/** Which ports of one node are taken. */
final class PortUse {
    private final Counts taken = new Counts();

    /** @param free how many of the range are */
    boolean fits(Needs needs, Ports range, long free) {
        int within = 0;
        for (int port : needs.staticPorts()) {
            if (taken.of(port) > 0) {
                return false;
            }
            within += range.has(port) ? 1 : 0;
        }
        return needs.dynamicPorts() + within <= free;
    }

    /** The lowest that are free and not asked for by number. */
    List<Integer> choose(Needs needs, Ports range) {
        List<Integer> chosen = new ArrayList<>(needs.dynamicPorts());
        for (int port = range.first(); port <= range.last() && chosen.size() < needs.dynamicPorts(); port++) {
            if (taken.of(port) == 0 && !needs.staticPorts().contains(port)) {
                chosen.add(port);
            }
        }
        return chosen;
    }

    boolean has(int port) {
        return taken.of(port) > 0;
    }

    /** One more or less that has the port: what was there before the scheduler may have given it twice. */
    void change(int port, int more) {
        taken.add(port, more);
    }

    /** How many of a range are taken. */
    int takenOf(Ports range) {
        int within = 0;
        for (int port : taken.keys()) {
            within += range.has(port) ? 1 : 0;
        }
        return within;
    }
}
