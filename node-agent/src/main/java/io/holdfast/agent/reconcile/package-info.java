/**
 * What to do next on this node, as pure functions: the manifest, what the keeper lists and what the agent remembers in; {@link
 * io.holdfast.agent.reconcile.Plan} out. No clock, no I/O, no framework: tests call it with plain data.
 *
 * <p>Words: <em>wanted</em> is a manifest's row, a <em>sandbox</em> and its containers are what the keeper has of it, {@link
 * io.holdfast.agent.reconcile.Remembered} is what neither of them knows (a start that failed, an end that was reported), an
 * <em>attempt</em> is one run of a task, counted from 0. The annotations on sandboxes and containers ({@link
 * io.holdfast.agent.reconcile.Annotations}) carry the agent's knowledge across its own restarts.
 *
 * <p>Two rules stand above all else: absence never stops work (without a believed manifest nothing is stopped or removed), and
 * what has ended is never begun again under the same allocation.
 */
package io.holdfast.agent.reconcile;
