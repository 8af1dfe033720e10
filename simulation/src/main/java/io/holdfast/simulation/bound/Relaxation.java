package io.holdfast.simulation.bound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.MaxIter;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;

/** The linear program: how many nodes of each class, fractions allowed, so that every dimension has enough. Nodes that are alike are one class. */
final class Relaxation {
    private static final int MAX_STEPS = 10_000;

    /** What the simplex may err by: a bound must not be above the truth. */
    private static final double TOLERANCE = 1e-6;

    private Relaxation() {}

    /** Rounded up, as no part of a node can be used alone; all nodes where they are not enough. */
    static int nodes(long[][] capacities, long[] demand) {
        Map<List<Long>, Integer> classes = new LinkedHashMap<>();
        for (long[] capacity : capacities) {
            classes.merge(Arrays.stream(capacity).boxed().toList(), 1, Integer::sum);
        }
        List<LinearConstraint> constraints = new ArrayList<>();
        for (int d = 0; d < demand.length; d++) {
            if (demand[d] > 0) {
                int dimension = d;
                // in units of the demand: numbers near 1 keep the simplex exact
                double[] shares = classes.keySet().stream()
                        .mapToDouble(capacity -> capacity.get(dimension) / (double) demand[dimension])
                        .toArray();
                constraints.add(new LinearConstraint(shares, Relationship.GEQ, 1));
            }
        }
        int i = 0;
        for (int count : classes.values()) {
            double[] one = new double[classes.size()];
            one[i++] = 1;
            constraints.add(new LinearConstraint(one, Relationship.LEQ, count));
        }
        double[] ones = new double[classes.size()];
        Arrays.fill(ones, 1);
        try {
            double least = new SimplexSolver()
                    .optimize(
                            new MaxIter(MAX_STEPS),
                            new LinearObjectiveFunction(ones, 0),
                            new LinearConstraintSet(constraints),
                            GoalType.MINIMIZE,
                            new NonNegativeConstraint(true))
                    .getValue();
            return (int) Math.ceil(least - TOLERANCE);
        } catch (MathIllegalStateException e) {
            // not feasible: the nodes have not enough for all
            return capacities.length;
        }
    }
}
