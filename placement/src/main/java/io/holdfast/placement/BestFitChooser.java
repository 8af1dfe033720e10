package io.holdfast.placement;

import io.holdfast.placement.device.Workload;
import io.holdfast.placement.filter.Chain;
import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.score.FitScore;
import io.holdfast.placement.score.Scorer;
import io.holdfast.placement.score.Scores;
import io.holdfast.placement.table.Best;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.DeviceUse;
import io.holdfast.placement.table.NodeTable;
import io.holdfast.placement.table.Search;
import io.holdfast.placement.table.Share;
import io.holdfast.placement.table.Wish;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** Searches the table for the highest score. What an ask's filters and scores are is worked out once for requests that ask for the same. */
final class BestFitChooser implements Chooser, Wish {
    private static final Scorer[] NO_SCORERS = {};
    private static final Filter[] NO_FILTERS = {};
    private static final Placement.Candidate[] NO_CANDIDATES = {};
    private static final BitSet NO_ROWS = new BitSet(0);

    private final NodeTable nodes;
    private final Search search;
    private final Best best = new Best(BestFitEngine.CANDIDATES);

    /** As they were last told; where one wins again, the others are what they were. */
    private Placement.Candidate[] candidates = NO_CANDIDATES;

    private final FitScore fit;

    private Demand demand;
    private List<String> failed = List.of();
    private Filter[] filters = NO_FILTERS;
    private Filter[] cellFilters = NO_FILTERS;
    private Scorer[] scorers = NO_SCORERS;
    private BitSet particular = NO_ROWS;
    private boolean mindsSiblings;
    private long weights;

    /** How often the table had changed when it was last asked. */
    private long changes;

    BestFitChooser(NodeTable nodes, Workload workload) {
        this.nodes = nodes;
        this.fit = new FitScore(nodes, workload);
        this.search = new Search(nodes);
    }

    @Override
    public int choose(PlacementRequest request, Demand next) {
        boolean again = next == demand && request.failed().equals(failed);
        if (!again) {
            begin(request, next);
        }
        if (!(again && winsAgain())) {
            best.clear();
            candidates = NO_CANDIDATES;
            search.run(this, best);
        }
        changes = nodes.changes();
        return best.size() == 0 ? NONE : best.row(0);
    }

    /**
     * Instances of a group come together, and the node that won is fuller now: where nothing else has changed, all others are as good as
     * they were, and it wins until it is full.
     */
    private boolean winsAgain() {
        if (mindsSiblings || best.size() == 0 || nodes.changes() != changes + 1) {
            return false;
        }
        int row = best.row(0);
        if (!nodes.fits(row, demand) || rowScore(row) <= best.score(0)) {
            return false;
        }
        best.raise(rowScore(row));
        return true;
    }

    private void begin(PlacementRequest request, Demand next) {
        demand = next;
        failed = request.failed();
        Ask ask = request.ask();
        filters = Chain.company(nodes, ask).toArray(NO_FILTERS);
        cellFilters = filters.length == 0
                ? NO_FILTERS
                : Arrays.stream(filters).filter(Filter::toldByCell).toArray(Filter[]::new);
        scorers = Scores.of(nodes, ask, failed).toArray(NO_SCORERS);
        mindsSiblings = Arrays.stream(filters).anyMatch(Filter::mindsSiblings)
                || Arrays.stream(scorers).anyMatch(Scorer::mindsSiblings);
        weights = Scores.FIT_WEIGHT;
        particular = fit.particular();
        fit.begin(next);
        for (Scorer scorer : scorers) {
            weights += scorer.weight();
            if (!scorer.particular().isEmpty()) {
                BitSet both = (BitSet) particular.clone();
                both.or(scorer.particular());
                particular = both;
            }
        }
    }

    @Override
    public List<Placement.Candidate> best() {
        Placement.Candidate[] next =
                candidates.length == best.size() ? candidates.clone() : new Placement.Candidate[best.size()];
        for (int i = 0; i < next.length; i++) {
            if (i == 0 || next[i] == null) {
                next[i] = candidate(i);
            }
        }
        candidates = next;
        return Collections.unmodifiableList(Arrays.asList(next));
    }

    private Placement.Candidate candidate(int place) {
        int row = best.row(place);
        return new Placement.Candidate(nodes.node(row).id(), Share.ratio(best.score(place)) / weights, parts(row));
    }

    private List<Placement.Part> parts(int row) {
        Placement.Part fitting = new Placement.Part("fit", Scores.FIT_WEIGHT, Share.ratio(fit.part(row)));
        if (scorers.length == 0) {
            return List.of(fitting);
        }
        List<Placement.Part> parts = new ArrayList<>(scorers.length + 1);
        parts.add(fitting);
        for (Scorer scorer : scorers) {
            parts.add(new Placement.Part(scorer.word(), scorer.weight(), Share.ratio(scorer.part(row))));
        }
        return parts;
    }

    @Override
    public DeviceUse.Choice devices(int row, PlacementRequest request) {
        int device = nodes.withDevices().get(row) ? fit.device(row, request.ask()) : -1;
        return device < 0 ? DeviceUse.Choice.TIGHTEST : (use, group, thousandths) -> device;
    }

    @Override
    public Demand demand() {
        return demand;
    }

    @Override
    public boolean passes(int row) {
        return pass(filters, row);
    }

    @Override
    public boolean cellPasses(int row) {
        return pass(cellFilters, row);
    }

    private static boolean pass(Filter[] all, int row) {
        for (Filter filter : all) {
            if (!filter.passes(row)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public BitSet particular() {
        return particular;
    }

    @Override
    public long cellScore(int row) {
        long sum = Scores.FIT_WEIGHT * fit.base();
        for (Scorer scorer : scorers) {
            sum += scorer.weight() * scorer.cellPart(row);
        }
        return sum;
    }

    @Override
    public long rowScore(int row) {
        long sum = Scores.FIT_WEIGHT * fit.part(row);
        for (Scorer scorer : scorers) {
            sum += scorer.weight() * scorer.part(row);
        }
        return sum;
    }

    @Override
    public long fitWeight() {
        return Scores.FIT_WEIGHT * fit.times();
    }
}
