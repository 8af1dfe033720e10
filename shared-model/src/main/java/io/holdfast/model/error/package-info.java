/**
 * Refusals are values: {@link io.holdfast.model.error.Rejected} says what is wrong with one thing a user gave, {@link
 * io.holdfast.model.error.ErrorCode} names every kind once for HTTP problems, exit codes and metrics.
 */
package io.holdfast.model.error;
