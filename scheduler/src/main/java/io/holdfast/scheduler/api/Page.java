package io.holdfast.scheduler.api;

import java.util.List;

/**
 * One page of a list.
 *
 * @param next what to pass as {@code after}; {@code null} on the last page
 */
record Page<T>(List<T> items, String next) {}
