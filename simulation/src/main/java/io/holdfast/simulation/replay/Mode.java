package io.holdfast.simulation.replay;

/** How pods come. */
public enum Mode {
    /** One after the other; all stay. */
    ARRIVALS,
    /** All at once; all stay. */
    BATCH,
    /** At their times, and they leave at their times. */
    DEPARTURES
}
