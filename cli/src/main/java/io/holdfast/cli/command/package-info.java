/**
 * One file per command, under its name. A command parses, asks, and prints; what it does stands in {@code client} and {@code
 * local}.
 *
 * <p>No signature here names a type of Vert.x, Hazelcast or jnr: picocli reads the signatures of every command at each start,
 * and would load them.
 */
package io.holdfast.cli.command;
