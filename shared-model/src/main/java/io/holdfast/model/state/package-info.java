/**
 * What is wanted and what is observed: allocations, tasks and nodes with their life cycles (one enum and one table each), the
 * manifest a node gets, the report it gives, and its registration. Times are milliseconds since the epoch, 0 for "not yet".
 */
package io.holdfast.model.state;
