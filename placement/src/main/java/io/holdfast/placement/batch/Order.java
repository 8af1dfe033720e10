package io.holdfast.placement.batch;

import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which order a batch is placed: the higher priority before any lower; within one priority gangs first, because they are the
 * hardest to find room for, the largest first; then the others as {@link PackingOrder} has them.
 */
public final class Order {

    /**
     * What is placed as a whole.
     *
     * @param positions where its requests stood in the batch
     */
    public record Unit(List<PlacementRequest> requests, int[] positions) {
        public boolean isGang() {
            return !requests.get(0).gang().isEmpty();
        }
    }

    private Order() {}

    public static List<Unit> of(NodeTable nodes, List<PlacementRequest> requests) {
        Map<Integer, List<Unit>> byPriority = new TreeMap<>(Comparator.reverseOrder());
        for (Unit unit : units(requests)) {
            byPriority.computeIfAbsent(priority(unit), key -> new ArrayList<>()).add(unit);
        }
        List<Unit> order = new ArrayList<>(requests.size());
        for (List<Unit> equals : byPriority.values()) {
            equals.stream()
                    .filter(Unit::isGang)
                    .sorted(Comparator.comparingInt((Unit unit) -> unit.positions().length)
                            .reversed())
                    .forEach(order::add);
            order.addAll(PackingOrder.of(
                    nodes, equals.stream().filter(unit -> !unit.isGang()).toList()));
        }
        return order;
    }

    private static List<Unit> units(List<PlacementRequest> requests) {
        List<Unit> units = new ArrayList<>(requests.size());
        Map<String, List<Integer>> gangs = new LinkedHashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            PlacementRequest request = requests.get(i);
            if (request.gang().isEmpty()) {
                units.add(new Unit(List.of(request), new int[] {i}));
            } else {
                gangs.computeIfAbsent(request.gang(), key -> new ArrayList<>()).add(i);
            }
        }
        gangs.values()
                .forEach(members -> units.add(new Unit(
                        members.stream().map(requests::get).toList(),
                        members.stream().mapToInt(Integer::intValue).toArray())));
        return units;
    }

    /** Of a gang, the highest of its members. */
    private static int priority(Unit unit) {
        return unit.requests().stream()
                .mapToInt(request -> request.ask().priority())
                .max()
                .orElse(0);
    }
}
