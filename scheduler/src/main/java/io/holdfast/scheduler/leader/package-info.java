/**
 * Who leads: a row in the store with a lease and an epoch that grows with every change of leader.
 */
package io.holdfast.scheduler.leader;
