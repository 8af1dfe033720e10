/**
 * Preemption: whose stopping makes room for an instance that found no node. A plan, never an act: whoever carries it out stops the
 * victims and places again.
 *
 * <pre>
 *   request -> policy: may it preempt at all                     Preemption
 *           -> a bound for each node, from sums that are kept    Outlook
 *           -> the nodes that may still be the cheapest: which
 *              of their allocations, exactly                     Cover
 *           -> among plans that cost the same, the best score    Afterwards
 * </pre>
 *
 * <p>Words: a <em>tenant</em> is an allocation on a node, a <em>victim</em> one that a plan stops; a node <em>lacks</em> what it
 * would have to have free besides. Confined to the thread of the table.
 */
package io.holdfast.placement.preempt;
