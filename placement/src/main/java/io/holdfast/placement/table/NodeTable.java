package io.holdfast.placement.table;

import io.holdfast.model.job.Constraint;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.table.Demand.Passing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * The nodes, and what allocations hold of them. A new node takes the first row that is free, and equal scores go to the earlier row.
 * Whoever owns it tells it of changes; engines take from it while they try, and give all back. Confined to one thread at a time.
 */
public final class NodeTable {
    /** Partitions that are kept up; the one that was not asked for the longest goes first. */
    private static final int MAX_PARTITIONS = 8;

    /** Answers of lasting filters that are remembered. */
    private static final int MAX_LASTING = 1024;

    private final Function<Node, Fit> fits;
    private final Columns columns = new Columns();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Fit> fitOf = new ArrayList<>();
    private final List<PortUse> ports = new ArrayList<>();
    private final List<DeviceUse> devices = new ArrayList<>();
    private final List<Map<String, Holding>> heldBy = new ArrayList<>();
    private final Map<String, Integer> rowById = new HashMap<>();
    private int[] versions = new int[16];
    private long changes;
    private final Map<String, Holding> holdings = new LinkedHashMap<>();
    private final BitSet present = new BitSet();
    private final BitSet withDevices = new BitSet();
    private final Attributes attributes;
    private final Company company = new Company();
    private final Map<Requirements, Passing> lasting = new HashMap<>();
    private final Map<Features, Partition> partitions = new LinkedHashMap<>(16, 0.75f, true);
    private int partitionLength;
    private int partitionDimensions;

    /** One that packs. */
    public NodeTable() {
        this(node -> Fit.PACK);
    }

    /** @param fits how each node is filled, as by its pool; the same for equal nodes */
    public NodeTable(Function<Node, Fit> fits) {
        this.fits = fits;
        this.attributes =
                new Attributes(visitor -> present.stream().forEach(row -> visitor.accept(nodes.get(row), row)));
    }

    /** Of these nodes; none may stand twice. */
    public static NodeTable of(List<Node> nodes) {
        NodeTable table = new NodeTable();
        for (Node node : nodes) {
            if (table.rowById.containsKey(node.id())) {
                throw new IllegalArgumentException("node " + node.id() + " stands twice in the table of nodes");
            }
            table.put(node);
        }
        return table;
    }

    // --- changes by the owner ---

    /** A node that is new, or has changed. What allocations hold of it, they keep. */
    public void put(Node node) {
        Integer known = rowById.get(node.id());
        if (known == null) {
            int row = present.nextClearBit(0);
            if (row == nodes.size()) {
                nodes.add(node);
                fitOf.add(null);
                ports.add(null);
                devices.add(null);
                heldBy.add(new LinkedHashMap<>());
            }
            rowById.put(node.id(), row);
            present.set(row);
            put(row, node);
        } else {
            int row = known;
            partitions.values().forEach(partition -> partition.remove(row));
            put(row, node);
        }
    }

    private void put(int row, Node node) {
        nodes.set(row, node);
        fitOf.set(row, fits.apply(node));
        settle(row, node);
        partitions.values().forEach(partition -> partition.insert(row, fitOf.get(row)));
    }

    /** A node that is gone, with all that is held of it. */
    public void remove(String nodeId) {
        Integer row = rowById.get(nodeId);
        if (row == null) {
            return;
        }
        List.copyOf(heldBy.get(row).keySet()).forEach(this::release);
        rowById.remove(nodeId);
        partitions.values().forEach(partition -> partition.remove(row));
        present.clear(row);
        withDevices.clear(row);
        columns.clear(row);
        attributes.clear(row);
        nodes.set(row, null);
        ports.set(row, null);
        devices.set(row, null);
        lasting.clear();
    }

    /**
     * An allocation has its place, whether there is room or not: it may run there already. One of this id that was held before is
     * released.
     *
     * @return whether the node is in the table
     */
    public boolean hold(Holding holding) {
        release(holding.id());
        Integer row = rowById.get(holding.nodeId());
        if (row == null) {
            return false;
        }
        take(row, demand(holding.ask(), new Passing(present, 0)), holding.grant());
        holdings.put(holding.id(), holding);
        heldBy.get(row).put(holding.id(), holding);
        return true;
    }

    /** An allocation has gone; nothing happens where it is not known. */
    public void release(String allocationId) {
        Holding holding = holdings.remove(allocationId);
        if (holding != null) {
            int row = rowOf(holding.nodeId());
            heldBy.get(row).remove(allocationId);
            give(row, demand(holding.ask(), new Passing(present, 0)), holding.grant());
        }
    }

    private void settle(int row, Node node) {
        if (row >= versions.length) {
            versions = Arrays.copyOf(versions, row * 2);
        }
        versions[row]++;
        changes++;
        boolean devicesChanged =
                devices.get(row) == null || !devices.get(row).groups().equals(node.devices());
        columns.set(row, node);
        attributes.set(row, node);
        if (row >= partitionLength) {
            partitions.clear();
        }
        if (devicesChanged) {
            DeviceUse use = new DeviceUse(node.devices());
            heldBy.get(row).values().forEach(held -> held.grant().devices().forEach(one -> use.change(one, 1)));
            devices.set(row, use);
        }
        withDevices.set(row, !node.devices().isEmpty());
        countPorts(row);
        lasting.clear();
        company.forgetValues();
    }

    // --- taking, by engines and for allocations ---

    /** Compiles an ask. */
    public Demand demand(Ask ask, Passing passing) {
        columns.know(ask.needs());
        return new Demand(ask, columns, passing);
    }

    /** The rows that pass the lasting filters of these requirements; remembered until a node changes. */
    public Passing lasting(Requirements requirements, Function<Requirements, BitSet> filter) {
        Passing known = lasting.get(requirements);
        if (known == null) {
            if (lasting.size() >= MAX_LASTING) {
                lasting.clear();
            }
            known = Passing.of(filter.apply(requirements));
            lasting.put(requirements, known);
        }
        return known;
    }

    /** What an instance would be given there; it must fit. */
    public Grant grant(int row, Ask ask, DeviceUse.Choice choice) {
        if (ask.needs().dynamicPorts() == 0 && ask.needs().devices().isEmpty()) {
            return Grant.NONE;
        }
        return new Grant(
                portUse(row).choose(ask.needs(), nodes.get(row).ports()),
                devices.get(row).choose(ask.needs().devices(), choice));
    }

    public void take(int row, Demand demand, Grant grant) {
        change(row, demand, grant, 1);
    }

    public void give(int row, Demand demand, Grant grant) {
        change(row, demand, grant, -1);
    }

    private void change(int row, Demand demand, Grant grant, int sign) {
        Ask ask = demand.ask;
        columns.take(row, demand, sign);
        versions[row]++;
        changes++;
        if (ask.needs().dynamicPorts() > 0 || !ask.needs().staticPorts().isEmpty()) {
            grant.ports().forEach(port -> portUse(row).change(port, sign));
            ask.needs().staticPorts().forEach(port -> portUse(row).change(port, sign));
            countPorts(row);
        }
        for (int i = 0; i < grant.devices().size(); i++) {
            devices.get(row).change(grant.devices().get(i), sign);
        }
        company.change(row, ask, sign);
        for (Partition partition : partitions.values()) {
            partition.moved(row);
        }
    }

    /** A port that is asked for by number may be one of the range, which then has one less to give to others. */
    private void countPorts(int row) {
        columns.free[Dimension.PORTS.index()][row] = columns.capacity(Dimension.PORTS.index(), row)
                - portUse(row).takenOf(nodes.get(row).ports());
    }

    private PortUse portUse(int row) {
        PortUse use = ports.get(row);
        if (use == null) {
            use = new PortUse();
            ports.set(row, use);
        }
        return use;
    }

    // --- questions ---

    /** How many rows there are, those of nodes that are gone among them. */
    public int length() {
        return nodes.size();
    }

    /** How many nodes there are. */
    public int count() {
        return rowById.size();
    }

    /** In the order of their rows. */
    public List<Node> nodes() {
        return present.stream().mapToObj(nodes::get).toList();
    }

    /** The rows of nodes. Not to be altered. */
    public BitSet present() {
        return present;
    }

    /** The rows of nodes that have devices. Not to be altered. */
    public BitSet withDevices() {
        return withDevices;
    }

    public Node node(int row) {
        return nodes.get(row);
    }

    /** -1 for a node that is not in the table. */
    public int rowOf(String nodeId) {
        return rowById.getOrDefault(nodeId, -1);
    }

    /** The fixed ones in their order, then those with names. */
    public List<Dimension> dimensions() {
        return columns.dimensions().stream()
                .sorted(Comparator.comparing(
                                (Dimension dimension) -> Math.min(dimension.index(), Dimension.FIXED.length))
                        .thenComparing(Dimension::word))
                .toList();
    }

    public long free(Dimension dimension, int row) {
        return columns.free[dimension.index()][row];
    }

    public long capacity(Dimension dimension, int row) {
        return columns.capacity(dimension.index(), row);
    }

    public DeviceUse devices(int row) {
        return devices.get(row);
    }

    public boolean portIsTaken(int row, int port) {
        return ports.get(row) != null && ports.get(row).has(port);
    }

    /** Whether all that an ask needs is free there. */
    public boolean fits(int row, Demand demand) {
        long[][] free = columns.free;
        int[] dimensions = demand.dimensions;
        for (int i = 0; i < dimensions.length; i++) {
            if (free[dimensions[i]][row] < demand.needs[i]) {
                return false;
            }
        }
        return !demand.particular || fitsInParticular(row, demand.ask);
    }

    private boolean fitsInParticular(int row, Ask ask) {
        return devices.get(row).fits(ask.needs().devices())
                && (ask.needs().staticPorts().isEmpty()
                        || portUse(row).fits(ask.needs(), nodes.get(row).ports(), free(Dimension.PORTS, row)));
    }

    public boolean fitsPorts(int row, Ask ask) {
        return ask.needs().staticPorts().isEmpty()
                || portUse(row).fits(ask.needs(), nodes.get(row).ports(), free(Dimension.PORTS, row));
    }

    public boolean fitsDevices(int row, Ask ask) {
        return devices.get(row).fits(ask.needs().devices());
    }

    /** How often anything has changed. */
    public long changes() {
        return changes;
    }

    /** Changes whenever what is left of a row does. */
    public int version(int row) {
        return versions[row];
    }

    public long freeCpu(int row) {
        return free(Dimension.CPU, row);
    }

    public long freeMemory(int row) {
        return free(Dimension.MEMORY, row);
    }

    /** How well an instance fits on a row that it has room on, from 0 to {@link Fit#FULL}. */
    public long fitPart(int row, Demand demand) {
        return fitOf.get(row).part(columns.fullness[row] + columns.adds(row, demand));
    }

    /**
     * The same, were less in use there.
     *
     * @param freed by {@link Dimension#index}
     */
    public long fitPart(int row, Demand demand, long[] freed) {
        return fitOf.get(row).part(columns.fullnessWithout(row, freed) + columns.adds(row, demand));
    }

    /** Whether the fuller a row is, the better it fits. */
    public boolean packs(int row) {
        return fitOf.get(row) == Fit.PACK;
    }

    /** What an instance adds to the fullness of a row. */
    long adds(int row, Demand demand) {
        return columns.adds(row, demand);
    }

    long fullness(int row) {
        return columns.fullness[row];
    }

    public AttributeColumn attribute(String name) {
        return attributes.column(name);
    }

    public IntPredicate match(Constraint constraint) {
        return attributes.match(constraint);
    }

    public Company company() {
        return company;
    }

    public Collection<Holding> holdings(int row) {
        return Collections.unmodifiableCollection(heldBy.get(row).values());
    }

    public Collection<Holding> holdings() {
        return Collections.unmodifiableCollection(holdings.values());
    }

    public Optional<Holding> holding(String allocationId) {
        return Optional.ofNullable(holdings.get(allocationId));
    }

    /** The share of these layers' bytes that the node has, as a {@link Share}. */
    public long layersThere(int row, List<Layer> layers) {
        double all = 0;
        double there = 0;
        for (Layer layer : layers) {
            all += layer.bytes();
            there += nodes.get(row).layers().has(layer.hash()) ? layer.bytes() : 0;
        }
        return all > 0 ? Share.of(there / all) : 0;
    }

    /** All rows, ranked by what this ask tells them apart by. */
    Partition partition(Ask ask) {
        if (columns.dimensions().size() != partitionDimensions) {
            partitions.clear();
        }
        Features features = Features.of(ask);
        Partition known = partitions.get(features);
        if (known != null) {
            return known;
        }
        if (partitions.isEmpty()) {
            partitionDimensions = columns.dimensions().size();
            partitionLength = Math.max(16, nodes.size() * 2);
        } else if (partitions.size() >= MAX_PARTITIONS) {
            partitions.remove(partitions.keySet().iterator().next());
        }
        Partition made = new Partition(columns, attributes, features, partitionLength);
        present.stream().forEach(row -> made.insert(row, fitOf.get(row)));
        partitions.put(features, made);
        return made;
    }
}
