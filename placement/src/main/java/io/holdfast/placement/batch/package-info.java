/** The order of a batch: strict priorities, gangs as a whole, and among equals what packs well. */
package io.holdfast.placement.batch;
