/**
 * One file per command that asks a scheduler or runs a simulation, under its name. A command parses, asks, and prints; what it does stands in {@link
 * io.holdfast.cli.client}, what is shown in {@link io.holdfast.cli.output}. Commands that run a part are in {@link
 * io.holdfast.cli.role}.
 *
 * <p>No signature here names a type of Vert.x, Hazelcast or jnr: picocli reads the signatures of every command at each start,
 * and would load them.
 */
package io.holdfast.cli.command;
