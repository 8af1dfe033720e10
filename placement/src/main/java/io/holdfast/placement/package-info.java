/**
 * Placement: which node takes an instance, and why. Pure functions over a table of nodes: no I/O, no clock, no chance, no
 * framework, no locks.
 *
 * <pre>
 *   requests -> order (priority, gangs, what packs well)      batch
 *            -> filters: which nodes may, or why none         filter
 *            -> scores: which of these is the best            score
 *            -> the table, which keeps the nodes in the order
 *               of how full they are, takes it into account   table
 *            -> placements
 * </pre>
 */
package io.holdfast.placement;
