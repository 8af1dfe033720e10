/**
 * The scheduler's heart: the state in memory (what the store has committed, folded with what agents report), the evaluation
 * queue and the loop that turns a change into a committed plan.
 *
 * <pre>{@code
 *  Commands ──> store ──┐                      reports, registrations            leases
 *                       v                      (ClusterLink)                     (lines)
 *                 EvaluationQueue <── ReportFold ──> Results ──┐       NodeTracker <──┘
 *                       │                                      │            │
 *                       v                                      v            v
 *                   Planner (reconcile, then placement) ──> Evaluator: one commit at a time
 *                                                              │
 *                                   ClusterState <── apply ────┴──> ManifestPublisher, EventLog
 * }</pre>
 *
 * <p>{@link io.holdfast.scheduler.core.Core} puts it together. {@link io.holdfast.scheduler.core.ClusterView} is how others read,
 * {@link io.holdfast.scheduler.core.Commands} how they ask for change, {@link io.holdfast.scheduler.core.EventFeed} how they
 * follow it, {@link io.holdfast.scheduler.core.NodeLeases} what the lines tell.
 *
 * <p>Rules that everything here keeps: memory changes after the commit, never before; an allocation leaves its node's manifest
 * only after its end is committed; whatever goes wrong in a commit ends the epoch, and the next begins with what is stored; an
 * event says where to look, and a full pass looks everywhere from time to time.
 *
 * <p>Threads: one {@link io.holdfast.scheduler.loop.Loop} owns all of it. All bounds are in {@code CoreLimits}.
 */
package io.holdfast.scheduler.core;
