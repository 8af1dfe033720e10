/**
 * The reconciler: jobs, allocations and nodes in, what to stop and what to place out. Pure functions of plain data; no clock,
 * no I/O.
 */
package io.holdfast.scheduler.reconcile;
