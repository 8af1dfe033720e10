/**
 * How others choose nodes, on the same table and behind the same filters: each is a formula, and the row with the highest value is
 * taken. What their documentation and artifacts say is followed, integer scores among it; equal scores go to the lowest row.
 */
package io.holdfast.simulation.peer;
