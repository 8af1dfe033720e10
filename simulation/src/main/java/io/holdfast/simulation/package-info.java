/**
 * Replays a trace of pods on a list of nodes, with the product's own way to choose and with those of its peers, and counts what came of
 * it. One thread; chance comes from seeds, time from a clock that is handed in.
 *
 * <pre>
 *   CSV files -> nodes and pods                        trace
 *             -> arrivals, drawn by a seed             replay
 *             -> one policy after the other places     replay, peer
 *             -> runs and their means                  report
 * </pre>
 */
package io.holdfast.simulation;
