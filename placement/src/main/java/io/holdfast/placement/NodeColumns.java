package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.placement.NodeTable.Row;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes laid out by column: one array per dimension, indexed by the node's place in the table. A placement changes four
 * numbers and allocates nothing. Confined to one batch.
 */
final class NodeColumns {
    /** Attributes that every node has, whatever it registers. */
    private static final String NODE_ID = "node.id";

    private static final String NODE_NAME = "node.name";

    private final List<Row> rows;
    private final Map<String, Integer> indexById;
    private final long[][] free = new long[Dimension.COUNT][];
    private final long[][] capacity = new long[Dimension.COUNT][];

    /** For the dimensions that the packing score counts, in their order: what a free unit takes from it on each node. */
    private final double[][] scorePerFreeUnit = new double[Dimension.SCORED.length][];

    NodeColumns(NodeTable table) {
        rows = table.rows();
        indexById = new HashMap<>(rows.size() * 2);
        for (int node = 0; node < rows.size(); node++) {
            if (indexById.put(rows.get(node).nodeId(), node) != null) {
                throw new IllegalArgumentException(
                        "node " + rows.get(node).nodeId() + " stands twice in the table of nodes");
            }
        }
        for (Dimension dimension : Dimension.values()) {
            long[] capacities = new long[rows.size()];
            long[] frees = new long[rows.size()];
            for (int node = 0; node < rows.size(); node++) {
                capacities[node] = dimension.capacity(rows.get(node));
                // below 0 where a node has shrunk under its work: then nothing more fits
                frees[node] = capacities[node] - dimension.used(rows.get(node));
            }
            capacity[dimension.ordinal()] = capacities;
            free[dimension.ordinal()] = frees;
        }
        for (int s = 0; s < Dimension.SCORED.length; s++) {
            Dimension dimension = Dimension.SCORED[s];
            double[] perUnit = new double[rows.size()];
            for (int node = 0; node < rows.size(); node++) {
                long all = capacity(dimension, node);
                // a node without any of it is as full as can be; only an instance that needs none gets there
                perUnit[node] = all <= 0 ? 0 : dimension.packingWeight() / all;
            }
            scorePerFreeUnit[s] = perUnit;
        }
    }

    int count() {
        return rows.size();
    }

    String id(int node) {
        return rows.get(node).nodeId();
    }

    String name(int node) {
        return rows.get(node).name();
    }

    /** -1 for a node that is not in the table. */
    int indexOf(String nodeId) {
        return indexById.getOrDefault(nodeId, -1);
    }

    long free(Dimension dimension, int node) {
        return free[dimension.ordinal()][node];
    }

    long capacity(Dimension dimension, int node) {
        return capacity[dimension.ordinal()][node];
    }

    /** Takes what one instance needs from a node. */
    void take(int node, Demand demand) {
        for (int d = 0; d < Dimension.COUNT; d++) {
            free[d][node] -= demand.need(d);
        }
    }

    boolean fits(int node, Demand demand) {
        for (int d = 0; d < Dimension.COUNT; d++) {
            if (demand.need(d) > free[d][node]) {
                return false;
            }
        }
        return true;
    }

    /** The share of a node that would be in use, by the dimensions' weights; 1 is full. */
    double packing(int node, Demand demand) {
        double packing = 1;
        for (int s = 0; s < Dimension.SCORED.length; s++) {
            int d = Dimension.SCORED[s].ordinal();
            packing -= (free[d][node] - demand.need(d)) * scorePerFreeUnit[s][node];
        }
        return packing;
    }

    /** The share of these layers' bytes that each node has, in [0, 1]; empty where there are no bytes. */
    double[] layerShares(List<Layer> layers) {
        double all = layers.stream().mapToDouble(Layer::bytes).sum();
        if (all <= 0) {
            return new double[0];
        }
        double[] shares = new double[rows.size()];
        for (int node = 0; node < shares.length; node++) {
            double there = 0;
            for (Layer layer : layers) {
                if (rows.get(node).layers().has(layer.hash())) {
                    there += layer.bytes();
                }
            }
            shares[node] = there / all;
        }
        return shares;
    }

    void keepEligible(BitSet candidates) {
        for (int node = candidates.nextSetBit(0); node >= 0; node = candidates.nextSetBit(node + 1)) {
            if (!rows.get(node).eligible()) {
                candidates.clear(node);
            }
        }
    }

    /** A node without the attribute is equal to nothing, so it passes {@code !=}. */
    void keepMatching(BitSet candidates, Constraint constraint) {
        boolean wanted = constraint.operator() == Constraint.Operator.EQUAL;
        for (int node = candidates.nextSetBit(0); node >= 0; node = candidates.nextSetBit(node + 1)) {
            if (constraint.value().equals(attribute(rows.get(node), constraint.attribute())) != wanted) {
                candidates.clear(node);
            }
        }
    }

    void keepWithRoom(BitSet candidates, Dimension dimension, long need) {
        long[] column = free[dimension.ordinal()];
        for (int node = candidates.nextSetBit(0); node >= 0; node = candidates.nextSetBit(node + 1)) {
            if (column[node] < need) {
                candidates.clear(node);
            }
        }
    }

    private static String attribute(Row row, String name) {
        String value = row.attributes().get(name);
        if (value != null) {
            return value;
        }
        return switch (name) {
            case NODE_ID -> row.nodeId();
            case NODE_NAME -> row.name();
            default -> null;
        };
    }
}
