package io.holdfast.scheduler.reconcile;

import io.holdfast.model.state.Allocation;
import io.holdfast.scheduler.reconcile.Reconciliation.Place;
import io.holdfast.scheduler.reconcile.Reconciliation.Stop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A reconciliation in the making. */
final class Plan {
    final List<Allocation> losses = new ArrayList<>();
    private final List<Stop> stops = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Set<String> lostIds = new HashSet<>();
    private boolean putOff;
    private long lookAgainAtMillis;

    /** One that is being lost in this very pass is changed once only: its stop comes with the next pass, at once. */
    void stop(Allocation allocation, String reason) {
        if (lostIds.isEmpty()) {
            losses.forEach(loss -> lostIds.add(loss.id()));
        }
        if (lostIds.contains(allocation.id())) {
            putOff = true;
        } else {
            stops.add(new Stop(allocation, reason));
        }
    }

    void place(Place place) {
        places.add(place);
    }

    /** The earliest wins. */
    void lookAgainAt(long atMillis) {
        lookAgainAtMillis = lookAgainAtMillis == 0 ? atMillis : Math.min(lookAgainAtMillis, atMillis);
    }

    Reconciliation reconciliation(long nowMillis) {
        return new Reconciliation(stops, losses, places, putOff ? nowMillis : lookAgainAtMillis);
    }
}
