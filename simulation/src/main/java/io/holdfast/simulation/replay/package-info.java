/** Pods arrive, a policy places them, and what was placed is counted. */
package io.holdfast.simulation.replay;
