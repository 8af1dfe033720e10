package io.holdfast.placement.preempt;

import java.util.Arrays;

/**
 * Which of a row's tenants to stop, so that all is covered that it lacks, at the least cost. Branch and bound over the tenants in
 * their order: exact, unless it takes more than {@link #MAX_STEPS}; then the best found so far, and at least what is left when from
 * all tenants the most important is spared first, one after the other, as long as it can be. Of sets that cost the same, the one
 * with the less important tenants. Used again for one row after the other.
 */
final class Cover {
    /** For one row. Some twenty tenants that differ take fewer. */
    static final int MAX_STEPS = 10_000;

    /** What cannot be told by sums: tenants are stopped one by one, and then it is seen whether the instance fits. */
    interface Trying {
        /** The sums tell it all. */
        Trying NOTHING = new Trying() {
            @Override
            public void stop(int i) {}

            @Override
            public void resume(int i) {}

            @Override
            public boolean fits() {
                return true;
            }
        };

        void stop(int i);

        void resume(int i);

        boolean fits();
    }

    private int count;
    private long[] costs = new long[0];
    private long[] disruptions = new long[0];
    private boolean[] taken = new boolean[0];
    private boolean[] required = new boolean[0];

    /** The sum of the costs of those before. */
    private long[] before = new long[1];

    /** By lack: how much; by tenant, what it would free; from a tenant on, the sum, the most, and the least cost of a unit. */
    private int lacks;

    private final long[] left;
    private final long[][] amounts;
    private final long[][] rest;
    private final long[][] most;
    private final double[][] cheapest;

    private Trying trying = Trying.NOTHING;
    private int steps;
    private int maxSteps;

    /** What a set must stay below, by cost, then by disruption. */
    private long belowCost;

    private long belowDisruption;
    private boolean found;
    private boolean[] best = new boolean[0];

    /** @param lacks how many there may be at a time */
    Cover(int lacks) {
        left = new long[lacks];
        amounts = new long[lacks][0];
        rest = new long[lacks][1];
        most = new long[lacks][1];
        cheapest = new double[lacks][1];
    }

    /**
     * Begins with a row that lacks nothing.
     *
     * @param some how many tenants come into question
     */
    void begin(int some) {
        count = some;
        lacks = 0;
        found = false;
        if (costs.length < some) {
            costs = new long[some * 2];
            disruptions = new long[some * 2];
            taken = new boolean[some * 2];
            required = new boolean[some * 2];
            best = new boolean[some * 2];
            before = new long[some * 2 + 1];
            for (int lack = 0; lack < left.length; lack++) {
                amounts[lack] = new long[some * 2];
                rest[lack] = new long[some * 2 + 1];
                most[lack] = new long[some * 2 + 1];
                cheapest[lack] = new double[some * 2 + 1];
            }
        }
    }

    /** Tenants are told in the order of their costs. */
    void tenant(int i, long cost, int disruption) {
        costs[i] = cost;
        disruptions[i] = disruption;
        before[i + 1] = before[i] + cost;
        taken[i] = false;
        required[i] = false;
    }

    /** After all tenants. Tenant {@code i} has its amount at {@code i * stride + at}. */
    void lack(long amount, long[] all, int stride, int at) {
        int lack = lacks++;
        left[lack] = amount;
        rest[lack][count] = 0;
        most[lack][count] = 0;
        cheapest[lack][count] = Double.POSITIVE_INFINITY;
        for (int i = count - 1; i >= 0; i--) {
            long one = all[i * stride + at];
            amounts[lack][i] = one;
            rest[lack][i] = rest[lack][i + 1] + one;
            most[lack][i] = Math.max(most[lack][i + 1], one);
            cheapest[lack][i] =
                    one == 0 ? cheapest[lack][i + 1] : Math.min(cheapest[lack][i + 1], (double) costs[i] / one);
        }
    }

    /**
     * Whether there is a set that costs no more than this.
     *
     * @param maxCost of all its tenants, and if it costs just that, the most that it may disrupt
     */
    boolean find(Trying how, long maxCost, long maxDisruption, int allowed) {
        trying = how;
        steps = 0;
        maxSteps = Math.min(allowed, MAX_STEPS);
        belowCost = maxCost;
        belowDisruption = maxDisruption + 1;
        if (trying != Trying.NOTHING && !require()) {
            return false;
        }
        long cost = 0;
        long disruption = 0;
        for (int i = 0; i < count; i++) {
            if (required[i]) {
                take(i);
                cost += costs[i];
                disruption += disruptions[i];
            }
        }
        descend(0, cost, disruption);
        for (int i = 0; i < count; i++) {
            if (required[i]) {
                spare(i);
            }
        }
        if (steps > maxSteps) {
            spareTheMostImportant();
        }
        return found;
    }

    /** Finds those without whom it never fits; whether it fits at all. */
    private boolean require() {
        for (int i = 0; i < count; i++) {
            trying.stop(i);
        }
        boolean fits = trying.fits();
        for (int i = 0; i < count && fits; i++) {
            trying.resume(i);
            required[i] = !trying.fits();
            trying.stop(i);
        }
        for (int i = 0; i < count; i++) {
            trying.resume(i);
        }
        return fits;
    }

    private void descend(int from, long cost, long disruption) {
        if (++steps > maxSteps || !isBetter(cost, disruption)) {
            return;
        }
        if (isCovered()) {
            accept(cost, disruption);
            return;
        }
        for (int i = from; i < count && steps <= maxSteps; i++) {
            long bound = bound(i);
            if (bound < 0 || !isBetter(cost + bound, disruption)) {
                return;
            }
            if (required[i] || trying == Trying.NOTHING && (isOfNoUse(i) || i > from && isAsThatBefore(i))) {
                continue;
            }
            take(i);
            descend(i + 1, cost + costs[i], disruption + disruptions[i]);
            spare(i);
        }
    }

    private boolean isBetter(long cost, long disruption) {
        return cost < belowCost || cost == belowCost && disruption < belowDisruption;
    }

    private boolean isCovered() {
        for (int lack = 0; lack < lacks; lack++) {
            if (left[lack] > 0) {
                return false;
            }
        }
        return trying.fits();
    }

    private void accept(long cost, long disruption) {
        found = true;
        belowCost = cost;
        belowDisruption = disruption;
        System.arraycopy(taken, 0, best, 0, count);
    }

    /** The least that those from this one on add; -1 where they are not enough. */
    private long bound(int from) {
        long bound = costs[from];
        for (int lack = 0; lack < lacks; lack++) {
            long amount = left[lack];
            if (amount > 0) {
                if (rest[lack][from] < amount) {
                    return -1;
                }
                int atLeast = (int) ((amount - 1) / most[lack][from]) + 1;
                bound = Math.max(bound, before[from + atLeast] - before[from]);
                bound = Math.max(bound, (long) (amount * cheapest[lack][from] * (1 - 1e-9)));
            }
        }
        return bound;
    }

    private boolean isOfNoUse(int i) {
        for (int lack = 0; lack < lacks; lack++) {
            if (left[lack] > 0 && amounts[lack][i] > 0) {
                return false;
            }
        }
        return true;
    }

    /** Then what could be done with it has been tried with that one. */
    private boolean isAsThatBefore(int i) {
        if (costs[i] != costs[i - 1] || disruptions[i] != disruptions[i - 1]) {
            return false;
        }
        for (int lack = 0; lack < lacks; lack++) {
            if (amounts[lack][i] != amounts[lack][i - 1]) {
                return false;
            }
        }
        return true;
    }

    private void take(int i) {
        taken[i] = true;
        for (int lack = 0; lack < lacks; lack++) {
            left[lack] -= amounts[lack][i];
        }
        trying.stop(i);
    }

    private void spare(int i) {
        taken[i] = false;
        for (int lack = 0; lack < lacks; lack++) {
            left[lack] += amounts[lack][i];
        }
        trying.resume(i);
    }

    private void spareTheMostImportant() {
        long cost = 0;
        long disruption = 0;
        for (int i = 0; i < count; i++) {
            take(i);
        }
        boolean fits = isCovered();
        for (int i = count - 1; i >= 0 && fits; i--) {
            spare(i);
            if (!isCovered()) {
                take(i);
                cost += costs[i];
                disruption += disruptions[i];
            }
        }
        if (fits && isBetter(cost, disruption)) {
            accept(cost, disruption);
        }
        for (int i = 0; i < count; i++) {
            if (taken[i]) {
                spare(i);
            }
        }
    }

    /** Of the set that was found. */
    long cost() {
        return belowCost;
    }

    long disruption() {
        return belowDisruption;
    }

    int steps() {
        return steps;
    }

    /** The places of the tenants in the set that was found. */
    int[] chosen() {
        int[] some = new int[count];
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (best[i]) {
                some[n++] = i;
            }
        }
        return Arrays.copyOf(some, n);
    }
}
