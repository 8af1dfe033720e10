package io.holdfast.placement.device;

import io.holdfast.placement.request.DeviceAsk;
import java.util.Arrays;

/**
 * What a gap on a device is worth: how much of a device the shares that could fill it best would save elsewhere.
 *
 * <p>The prices are the duals of the cutting-stock problem "the fewest devices that hold these shares", found by column generation
 * (Gilmore and Gomory, 1961): a share's price is what one more of it costs in devices when all are cut as well as can be. A gap
 * is worth the dearest shares that go in together.
 */
final class GapPrices {
    private static final int WHOLE = DeviceAsk.WHOLE;
    private static final int MAX_STEPS = 500;
    private static final double EPSILON = 1e-9;

    private final int[] sizes;
    private final double[] demands;
    private final double[][] basis;
    private final double[] costs;

    private GapPrices(int[] sizes, double[] demands) {
        this.sizes = sizes;
        this.demands = demands;
        this.basis = new double[sizes.length][sizes.length];
        this.costs = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            // to begin with, each device holds shares of one size
            basis[i][i] = WHOLE / sizes[i];
            costs[i] = 1;
        }
    }

    /**
     * By the size of a gap in thousandths, from 0 to a whole device: how many thousandths of it are lost. Nothing of a whole
     * device is.
     *
     * @param sizes of shares, in thousandths, each once
     * @param demands how many there are of each
     */
    static long[] losses(int[] sizes, double[] demands) {
        double[] prices = new GapPrices(sizes, demands).prices();
        double[] worth = worth(sizes, prices);
        long[] losses = new long[WHOLE + 1];
        for (int gap = 0; gap < WHOLE; gap++) {
            losses[gap] = Math.round(gap - WHOLE * worth[gap]);
        }
        return losses;
    }

    /** By the size of a gap: the most that shares in it are worth together. */
    private static double[] worth(int[] sizes, double[] prices) {
        double[] worth = new double[WHOLE + 1];
        for (int gap = 1; gap <= WHOLE; gap++) {
            worth[gap] = worth[gap - 1];
            for (int i = 0; i < sizes.length; i++) {
                if (sizes[i] <= gap) {
                    worth[gap] = Math.max(worth[gap], worth[gap - sizes[i]] + prices[i]);
                }
            }
        }
        return worth;
    }

    private double[] prices() {
        double[] prices = new double[sizes.length];
        for (int step = 0; step < MAX_STEPS; step++) {
            double[][] inverse = Matrix.inverse(basis);
            Matrix.timesLeft(costs, inverse, prices);
            double[] column = new double[sizes.length];
            double cost = 1;
            int below = lowest(prices);
            if (prices[below] < -EPSILON) {
                // more than is asked for may be held: a price is never below 0
                column[below] = -1;
                cost = 0;
            } else if (!cut(prices, column)) {
                break;
            }
            int leaves = leaving(inverse, column);
            if (leaves < 0) {
                break;
            }
            basis[leaves] = column;
            costs[leaves] = cost;
        }
        for (int i = 0; i < prices.length; i++) {
            prices[i] = Math.max(0, prices[i]);
        }
        return prices;
    }

    private static int lowest(double[] prices) {
        int lowest = 0;
        for (int i = 1; i < prices.length; i++) {
            lowest = prices[i] < prices[lowest] ? i : lowest;
        }
        return lowest;
    }

    /** The cut of one device that is worth most at these prices, if it is worth more than the device. */
    private boolean cut(double[] prices, double[] column) {
        double[] worth = new double[WHOLE + 1];
        int[] last = new int[WHOLE + 1];
        Arrays.fill(last, -1);
        for (int gap = 1; gap <= WHOLE; gap++) {
            worth[gap] = worth[gap - 1];
            for (int i = 0; i < sizes.length; i++) {
                if (sizes[i] <= gap && worth[gap - sizes[i]] + prices[i] > worth[gap] + 1e-12) {
                    worth[gap] = worth[gap - sizes[i]] + prices[i];
                    last[gap] = i;
                }
            }
        }
        int gap = WHOLE;
        while (gap > 0) {
            if (last[gap] < 0) {
                gap--;
            } else {
                column[last[gap]]++;
                gap -= sizes[last[gap]];
            }
        }
        return worth[WHOLE] > 1 + 1e-7;
    }

    private int leaving(double[][] inverse, double[] column) {
        int leaving = -1;
        double least = 0;
        for (int j = 0; j < sizes.length; j++) {
            double amount = 0;
            double rate = 0;
            for (int i = 0; i < sizes.length; i++) {
                amount += inverse[j][i] * demands[i];
                rate += inverse[j][i] * column[i];
            }
            if (rate > EPSILON && (leaving < 0 || amount / rate < least - 1e-12)) {
                leaving = j;
                least = amount / rate;
            }
        }
        return leaving;
    }
}
