package io.holdfast.placement.preempt;

import io.holdfast.placement.filter.Filter;
import io.holdfast.placement.table.Demand;
import io.holdfast.placement.table.NodeTable;
import java.util.List;

/** Takes tenants of one row out of the table and puts them back, to see whether an instance would fit. */
final class Evicting implements Cover.Trying {
    private final NodeTable nodes;
    private final Demand demand;
    private final List<Filter> company;
    private final int row;
    private final Tenants tenants;

    /** @param company filters that depend on who is there */
    Evicting(NodeTable nodes, Demand demand, List<Filter> company, int row, Tenants tenants) {
        this.nodes = nodes;
        this.demand = demand;
        this.company = company;
        this.row = row;
        this.tenants = tenants;
    }

    @Override
    public void stop(int i) {
        nodes.give(row, tenants.demand(i), tenants.holdings[i].grant());
        tenants.version = nodes.version(row);
    }

    @Override
    public void resume(int i) {
        nodes.take(row, tenants.demand(i), tenants.holdings[i].grant());
        tenants.version = nodes.version(row);
    }

    @Override
    public boolean fits() {
        return nodes.fits(row, demand) && passes();
    }

    /** Whether it keeps the company that is there. */
    boolean passes() {
        for (int i = 0; i < company.size(); i++) {
            if (!company.get(i).passes(row)) {
                return false;
            }
        }
        return true;
    }
}
