/**
 * What a placement costs those that come later, on nodes with devices: how much of a node's devices is left that nobody could
 * use. What is asked for as a rule is told by a {@link io.holdfast.placement.device.Workload}; that is all that is known of the
 * future.
 */
package io.holdfast.placement.device;
