/**
 * Reading what others wrote: {@link io.holdfast.model.document.Json} makes every Jackson mapper of the house, {@link
 * io.holdfast.model.document.Documents} turns bytes into a tree of plain data or says at which line they stop being one, and
 * {@link io.holdfast.model.document.Fields} reads the tree mapping by mapping, collecting every error with its path.
 *
 * <p>All input is taken for hostile: size, nesting, lengths of numbers and names are bounded; YAML's anchors, aliases and
 * tags are refused. Mappers are safe for any thread; a {@code Fields} belongs to one.
 */
package io.holdfast.model.document;
