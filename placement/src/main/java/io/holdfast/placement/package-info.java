/**
 * Placement: which node takes a group instance, and why. Pure functions over arrays: no I/O, no clock, no framework. A visible
 * chain of filters (each names its reason), then scores in [0, 1].
 */
package io.holdfast.placement;
