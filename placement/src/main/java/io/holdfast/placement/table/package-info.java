/**
 * The nodes as arrays, one column for each thing that is counted, with what follows from them: which attribute has which values,
 * in which order nodes are full, who has siblings where. A change costs what it touches; a table that was changed step by step
 * answers as one built anew.
 *
 * <p>Words: a <em>row</em> is a node's place in the columns. A <em>demand</em> is an ask compiled for one table. A
 * <em>partition</em> divides the rows by what some asks prefer into <em>cells</em>, and each cell's rows stand in a
 * <em>ranking</em>, the best first. Confined to one thread at a time.
 */
package io.holdfast.placement.table;
