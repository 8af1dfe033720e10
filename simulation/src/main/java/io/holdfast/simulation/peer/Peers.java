package io.holdfast.simulation.peer;

import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.request.Ask;
import java.util.List;
import java.util.Random;

/** The peers, as engines. */
public final class Peers {
    private Peers() {}

    public static PlacementEngine nomad(long seed) {
        return nodes -> new Sample(
                nodes, Formulas.nomad(new Room(nodes)), Formulas.nomadService(nodes.count()), new Random(seed));
    }

    public static PlacementEngine nomadBatch(long seed) {
        return nodes -> new Sample(nodes, Formulas.nomad(new Room(nodes)), Formulas.NOMAD_BATCH, new Random(seed));
    }

    public static PlacementEngine mostAllocated() {
        return nodes -> new Scan(nodes, Formulas.mostAllocated(new Room(nodes)));
    }

    public static PlacementEngine leastAllocated() {
        return nodes -> new Scan(nodes, Formulas.leastAllocated(new Room(nodes)));
    }

    public static PlacementEngine dotProduct() {
        return nodes -> new Scan(nodes, Formulas.dotProduct(new Room(nodes)));
    }

    public static PlacementEngine packing() {
        return nodes -> new Scan(nodes, Formulas.packing(new Room(nodes)));
    }

    public static PlacementEngine bestFit() {
        return nodes -> new Scan(nodes, Formulas.bestFit(new Room(nodes)));
    }

    /** @param trace what usually comes */
    public static PlacementEngine fgd(List<Ask> trace) {
        return nodes -> new Scan(nodes, new Fragmentation(new Room(nodes), trace));
    }

    public static PlacementEngine random(long seed) {
        return nodes -> new RandomRow(nodes, new Random(seed));
    }
}
