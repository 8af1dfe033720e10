package io.holdfast.simulation.peer;

import io.holdfast.placement.request.Ask;

/** What a peer thinks of a row that has room. A pure function of what is left of the row, and of the ask. */
interface Formula {
    /** The higher the better; not below 0. */
    double score(int row, Ask ask);

    /** Which device of the row a share is to be of; -1 for the one with the least left that is enough. */
    default int device(int row, Ask ask) {
        return -1;
    }
}
