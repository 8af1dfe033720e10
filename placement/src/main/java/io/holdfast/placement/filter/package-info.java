/**
 * The filters: which nodes may take an instance, and why the others may not. {@link io.holdfast.placement.filter.Chain} is the
 * list of them, in the order in which they are asked; to add one is a class here and a line there.
 */
package io.holdfast.placement.filter;
