/**
 * Repacking: which allocations to move so that nodes become empty, or devices whole. A plan, never an act: it is made by moving in the
 * table, each step when there is room for it, and taking all back.
 *
 * <p>Words: a <em>source</em> is a node, or a device, to be emptied; a plan empties it or leaves it alone. Confined to the thread of
 * the table.
 */
package io.holdfast.placement.repack;
