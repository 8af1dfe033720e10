/**
 * What must not be forgotten: jobs and their versions, allocations with their results, the leader's epoch, the cluster's id,
 * events. One interface, SQLite behind it; committed before anybody is told.
 */
package io.holdfast.scheduler.store;
