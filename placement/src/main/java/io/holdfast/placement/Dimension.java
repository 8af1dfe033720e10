package io.holdfast.placement;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.NodeTable.Row;
import java.util.Arrays;

/** What is counted on a node. Each is one column of {@link NodeColumns}, and its room is one step of the filters. */
enum Dimension {
    /** How many allocations a node holds, whatever they need. */
    ALLOCATIONS("allocations", 0) {
        @Override
        long need(Resources resources) {
            return 1;
        }

        @Override
        long capacity(Row row) {
            return MAX_ALLOCATIONS_PER_NODE;
        }

        @Override
        long used(Row row) {
            return row.allocations();
        }

        @Override
        String text(long amount) {
            return Long.toString(amount);
        }
    },
    /** Thousandths of a core, by reservation: a quota above it reserves nothing. */
    CPU("cpu", 0.5) {
        @Override
        long need(Resources resources) {
            return resources.cpuMillis();
        }

        @Override
        long capacity(Row row) {
            return row.capacity().cpuMillis();
        }

        @Override
        long used(Row row) {
            return row.used().cpuMillis();
        }

        @Override
        String text(long amount) {
            return amount + "m";
        }
    },
    /** Bytes, by reservation: {@code memoryMax} above it is oversubscription. */
    MEMORY("memory", 0.5) {
        @Override
        long need(Resources resources) {
            return resources.memoryBytes();
        }

        @Override
        long capacity(Row row) {
            return row.capacity().memoryBytes();
        }

        @Override
        long used(Row row) {
            return row.used().memoryBytes();
        }

        @Override
        String text(long amount) {
            return Bytes.text(amount);
        }
    },
    /** Bytes that the tasks may write at most. A node that cannot hold them to it has none to give. */
    DISK("disk", 0) {
        @Override
        long need(Resources resources) {
            return resources.diskBytes();
        }

        @Override
        long capacity(Row row) {
            return row.capacity().diskBytes();
        }

        @Override
        long used(Row row) {
            return row.used().diskBytes();
        }

        @Override
        String text(long amount) {
            return Bytes.text(amount);
        }
    },
    /** Processes and threads: a limit each, so that their sum is what a node must bear. */
    PIDS("pids", 0) {
        @Override
        long need(Resources resources) {
            return resources.pids();
        }

        @Override
        long capacity(Row row) {
            return row.capacity().pids();
        }

        @Override
        long used(Row row) {
            return row.used().pids();
        }

        @Override
        String text(long amount) {
            return Long.toString(amount);
        }
    };

    /** A manifest is one document per node: this bounds it. */
    static final int MAX_ALLOCATIONS_PER_NODE = 500;

    static final int COUNT = values().length;

    /** Those that the packing score counts. */
    static final Dimension[] SCORED = Arrays.stream(values())
            .filter(dimension -> dimension.packingWeight > 0)
            .toArray(Dimension[]::new);

    private final String word;
    private final double packingWeight;

    Dimension(String word, double packingWeight) {
        this.word = word;
        this.packingWeight = packingWeight;
    }

    /** As it stands in reasons and messages. */
    String word() {
        return word;
    }

    /** Its share in the packing score; all shares together are 1. */
    double packingWeight() {
        return packingWeight;
    }

    abstract long need(Resources resources);

    abstract long capacity(Row row);

    abstract long used(Row row);

    abstract String text(long amount);
}
