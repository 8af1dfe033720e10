package io.holdfast.simulation.replay;

import io.holdfast.placement.Placement;
import io.holdfast.placement.PlacementEngine;
import io.holdfast.placement.Trial;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.simulation.bound.LowerBounds;
import io.holdfast.simulation.trace.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Places pods on empty nodes, by one policy at a time. */
public final class Replay {
    /** After so many arrivals a policy that learns does so for the first time, then each time as many have come again. */
    private static final int FIRST_LESSON = 50;

    private final List<Node> nodes;
    private final List<Ask> trace;
    private final LongSupplier nanos;

    /**
     * @param trace what usually comes, for policies that are told
     * @param nanos the time, for speeds only
     */
    public Replay(List<Node> nodes, List<Pod> trace, LongSupplier nanos) {
        this.nodes = List.copyOf(nodes);
        this.trace = trace.stream().map(Pod::ask).toList();
        this.nanos = nanos;
    }

    /** One after the other, in their order. */
    public Run arrivals(Policy policy, List<Pod> pods, long seed) {
        return replay(policy, pods, pods, seed, false);
    }

    /**
     * Each at its time, and of one second in their order. Who leaves in a second does so before others arrive; who finds no node does not
     * come again.
     */
    public Run departures(Policy policy, List<Pod> pods, long seed) {
        List<Pod> byTime = Arrivals.byTime(pods);
        return replay(policy, byTime, Busiest.of(byTime), seed, true);
    }

    /** @param bounding whom the bounds are of */
    private Run replay(Policy policy, List<Pod> pods, List<Pod> bounding, long seed, boolean leaving) {
        NodeTable table = NodeTable.of(nodes);
        Tally tally = new Tally(nodes);
        Stays stays = new Stays(table, tally);
        List<Ask> arrived = new ArrayList<>();
        int lesson = policy.learns() ? FIRST_LESSON : 0;
        long began = nanos.getAsLong();
        Trial trial = policy.engine(policy.learns() ? arrived : trace, seed).open(table);
        for (Pod pod : pods) {
            if (policy.learns()) {
                if (arrived.size() == lesson) {
                    lesson *= 2;
                    trial.keep();
                    trial = policy.engine(arrived, seed).open(table);
                }
                arrived.add(pod.ask());
            }
            if (leaving) {
                stays.endUntil(pod.arrivalSeconds());
            }
            if (trial.place(new PlacementRequest(pod.name(), pod.ask())) instanceof Placement.Placed placed) {
                tally.placed(pod, placed.nodeId());
                stays.begin(pod, placed);
            } else {
                tally.refused();
            }
        }
        long took = nanos.getAsLong() - began;
        return tally.run(policy, seed, LowerBounds.of(nodes, bounding), pods.size(), took);
    }

    /** All at once: the engine puts them in the order that it packs best. */
    public Run batch(Policy policy, List<Pod> pods, long seed) {
        NodeTable table = NodeTable.of(nodes);
        Tally tally = new Tally(nodes);
        List<PlacementRequest> requests = pods.stream()
                .map(pod -> new PlacementRequest(pod.name(), pod.ask()))
                .toList();
        long began = nanos.getAsLong();
        PlacementEngine engine = policy.engine(trace, seed);
        List<Placement> placements = engine.place(table, requests);
        long took = nanos.getAsLong() - began;
        for (int i = 0; i < pods.size(); i++) {
            if (placements.get(i) instanceof Placement.Placed placed) {
                tally.placed(pods.get(i), placed.nodeId());
            }
        }
        return tally.run(policy, seed, LowerBounds.of(nodes, pods), pods.size(), took);
    }
}
