/** How few nodes could do, whoever places. */
package io.holdfast.simulation.bound;
