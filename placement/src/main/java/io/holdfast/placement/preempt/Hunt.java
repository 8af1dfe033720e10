package io.holdfast.placement.preempt;

import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.Dimension;
import io.holdfast.placement.table.Holding;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * One search. Every row gets a bound of what it costs at least; rows are looked at from the lowest bound on, until none can cost as
 * little as the best plan found.
 */
final class Hunt {
    /** Of {@link Cover}, over all rows: then each further row gets few. */
    private static final int MAX_STEPS = 200_000;

    private static final int FEW_STEPS = 50;

    /** Rows that can only be as cheap as the best plan, and so only have a better score: of more, the first by their bounds and rows. */
    private static final int MAX_TIES = 512;

    /**
     * Rows where only trying in the table tells who has to go, because of ports or of who else is there, looked at once there is a
     * plan: of more, the first.
     */
    private static final int MAX_TRIALS = 256;

    private static final int ROW_BITS = 24;
    private static final long MAX_BOUND = (1L << 63 - ROW_BITS) - 1;

    private final Preemptor preemptor;
    private final NodeTable nodes;
    private final PlacementRequest request;
    private final Demand demand;
    private final Disruption disruption;
    private final Outlook outlook;
    private final Afterwards afterwards;
    private final List<Filter> company;
    private final Dimension[] needed;
    private final long[] needs;

    /** By dimension; of the row that is looked at. */
    private final long[] lacks;

    private final Cover cover;
    private final boolean inParticular;

    private int stepsLeft = MAX_STEPS;
    private int tiesLeft = MAX_TIES;
    private int trialsLeft = MAX_TRIALS;

    private int bestRow = -1;
    private int[] bestVictims = {};
    private long bestCost = Long.MAX_VALUE;
    private long bestDisruption = Long.MAX_VALUE - 1;

    /** Told only once there is another that costs the same. */
    private long bestScore;

    private boolean scored;

    Hunt(
            Preemptor preemptor,
            NodeTable nodes,
            PlacementRequest request,
            Demand demand,
            Disruption disruption,
            Outlook outlook,
            Afterwards afterwards) {
        this.preemptor = preemptor;
        this.nodes = nodes;
        this.request = request;
        this.demand = demand;
        this.disruption = disruption;
        this.outlook = outlook;
        this.afterwards = afterwards;
        Needs all = request.ask().needs();
        List<Dimension> dimensions = nodes.dimensions();
        this.company = Chain.company(nodes, request.ask());
        this.needed = dimensions.stream()
                .filter(dimension -> dimension.need().applyAsLong(all) > 0)
                .toArray(Dimension[]::new);
        this.needs = Arrays.stream(needed)
                .mapToLong(dimension -> dimension.need().applyAsLong(all))
                .toArray();
        this.lacks = new long[dimensions.size()];
        this.cover = new Cover(needed.length);
        this.inParticular = !all.devices().isEmpty() || !all.staticPorts().isEmpty() || all.dynamicPorts() > 0;
    }

    Preempted run() {
        long[] keys = keys();
        if (keys.length > 0) {
            // most of the others cost more than the cheapest, and need not be put in order
            long first = Arrays.stream(keys).min().getAsLong();
            look(first);
            long[] others = Arrays.stream(keys)
                    .filter(key -> key != first && key >>> ROW_BITS <= bestCost)
                    .sorted()
                    .toArray();
            for (int i = 0; i < others.length && others[i] >>> ROW_BITS <= bestCost; i++) {
                look(others[i]);
            }
        }
        return bestRow < 0
                ? new Preempted.None("no node that may take it has room for it even without what is at least "
                        + Preemption.PRIORITY_GAP + " below its priority of "
                        + request.ask().priority())
                : plan();
    }

    private void look(long key) {
        look((int) (key & (1 << ROW_BITS) - 1), key >>> ROW_BITS);
    }

    /** The rows that come into question, each below its bound. */
    private long[] keys() {
        BitSet rows = demand.lasting();
        long[] keys = new long[rows.cardinality()];
        int n = 0;
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
            long bound = bound(row);
            if (bound >= 0) {
                keys[n++] = Math.min(bound, MAX_BOUND) << ROW_BITS | row;
            }
        }
        return Arrays.copyOf(keys, n);
    }

    private long bound(int row) {
        outlook.refresh(row, preemptor);
        long bound = 0;
        for (int i = 0; i < needs.length; i++) {
            long lack = needs[i] - nodes.free(needed[i], row);
            if (lack > 0) {
                long one = outlook.bound(row, needed[i], lack);
                if (one < 0) {
                    return -1;
                }
                bound = Math.max(bound, one);
            }
        }
        return bound;
    }

    private void look(int row, long bound) {
        if (outlook.counts[row] == 0 || bound == bestCost && bestDisruption == 0 && isNoBetter(row)) {
            return;
        }
        Tenants tenants = preemptor.tenants(row);
        Evicting evicting = new Evicting(nodes, demand, company, row, tenants);
        Cover.Trying trying = trying(row, tenants, evicting);
        int atLeast = atLeast(row);
        if (trying instanceof FreedDevices devices) {
            atLeast = Math.max(atLeast, devices.atLeast(outlook.counts[row]));
        }
        if (atLeast > outlook.counts[row]) {
            return;
        }
        long cost = Math.max(bound, cheapest(tenants, atLeast));
        if (cost > bestCost
                || cost == bestCost && bestDisruption == 0 && --tiesLeft < 0
                || trying == evicting && bestRow >= 0 && --trialsLeft < 0) {
            return;
        }
        begin(row, tenants);
        boolean found = cover.find(trying, bestCost, bestDisruption, Math.max(FEW_STEPS, stepsLeft));
        stepsLeft -= cover.steps();
        if (found) {
            offer(row, tenants, evicting);
        }
    }

    /** Whether no plan for a row, at the same cost as the best, can have a better score. */
    private boolean isNoBetter(int row) {
        score();
        int atLeast = atLeast(row);
        for (int d = 0; d < lacks.length; d++) {
            lacks[d] = atLeast * outlook.least(row, d);
        }
        for (int i = 0; i < needs.length; i++) {
            int d = needed[i].index();
            lacks[d] = Math.max(lacks[d], needs[i] - nodes.free(needed[i], row));
        }
        long most = afterwards.atMost(row, lacks);
        return most < bestScore || most == bestScore && row > bestRow;
    }

    /** So many have to go. */
    private int atLeast(int row) {
        int atLeast = 1;
        for (int i = 0; i < needs.length; i++) {
            long lack = needs[i] - nodes.free(needed[i], row);
            if (lack > 0) {
                atLeast = Math.max(atLeast, outlook.atLeast(row, needed[i].index(), lack));
            }
        }
        return atLeast;
    }

    private static long cheapest(Tenants tenants, int count) {
        long cost = 0;
        for (int i = 0; i < count; i++) {
            cost += tenants.costs[i];
        }
        return cost;
    }

    private void begin(int row, Tenants tenants) {
        int count = outlook.counts[row];
        cover.begin(count);
        for (int i = 0; i < count; i++) {
            int amount = disruption == Disruption.NONE ? 0 : disruption(tenants.holdings[i]);
            cover.tenant(i, tenants.costs[i], amount);
        }
        for (int i = 0; i < needs.length; i++) {
            long lack = needs[i] - nodes.free(needed[i], row);
            if (lack > 0) {
                cover.lack(lack, tenants.amounts, tenants.width, needed[i].index());
            }
        }
    }

    private int disruption(Holding holding) {
        int amount = disruption.of(holding);
        if (amount < 0 || amount > Disruption.MAX) {
            throw new IllegalArgumentException(
                    "the disruption of allocation " + holding.id() + " is not 0 to " + Disruption.MAX + ": " + amount);
        }
        return amount;
    }

    /** How it is told that it fits, once there is enough of all in sum. */
    private Cover.Trying trying(int row, Tenants tenants, Evicting evicting) {
        if (!evicting.passes() || inParticular && !fitsPorts(row)) {
            return evicting;
        }
        return !inParticular || nodes.fitsDevices(row, request.ask())
                ? Cover.Trying.NOTHING
                : new FreedDevices(
                        nodes.devices(row), tenants, request.ask().needs().devices());
    }

    private boolean fitsPorts(int row) {
        return nodes.fitsPorts(row, request.ask())
                && nodes.free(Dimension.PORTS, row) >= request.ask().needs().dynamicPorts();
    }

    private void offer(int row, Tenants tenants, Evicting evicting) {
        int[] victims = cover.chosen();
        if (cover.cost() < bestCost || cover.disruption() < bestDisruption) {
            take(row, victims);
            scored = false;
            return;
        }
        score();
        long score = afterwards.score(row, tenants, victims, evicting);
        if (score > bestScore || score == bestScore && row < bestRow) {
            take(row, victims);
            bestScore = score;
        }
    }

    /** Of the best plan so far. */
    private void score() {
        if (!scored) {
            Tenants tenants = preemptor.tenants(bestRow);
            Evicting evicting = new Evicting(nodes, demand, company, bestRow, tenants);
            bestScore = afterwards.score(bestRow, tenants, bestVictims, evicting);
            scored = true;
        }
    }

    private void take(int row, int[] victims) {
        bestRow = row;
        bestVictims = victims;
        bestCost = cover.cost();
        bestDisruption = cover.disruption();
    }

    private Preempted.Plan plan() {
        Tenants tenants = preemptor.tenants(bestRow);
        List<String> victims = new ArrayList<>();
        long priorities = 0;
        for (int victim : bestVictims) {
            victims.add(tenants.holdings[victim].id());
            priorities += tenants.holdings[victim].ask().priority();
        }
        String node = nodes.node(bestRow).name();
        List<String> failing = Stream.concat(company.stream(), Chain.room(nodes, request.ask()).stream())
                .filter(filter -> !filter.passes(bestRow))
                .map(Filter::reason)
                .toList();
        return new Preempted.Plan(
                nodes.node(bestRow).id(),
                victims,
                priorities,
                node + " fails " + String.join(", ", failing) + " and has room without " + victims.size()
                        + (victims.size() == 1 ? " allocation" : " allocations") + " of priorities of " + priorities
                        + " in sum, each at least " + Preemption.PRIORITY_GAP + " below "
                        + request.ask().priority());
    }
}
