/**
 * The small languages that people write inside documents, flags and files: {@link io.holdfast.model.text.Sizes} ({@code
 * 512Mi}), {@link io.holdfast.model.text.Durations} ({@code 10s}), {@link io.holdfast.model.text.Cpus} ({@code 200m}), {@link
 * io.holdfast.model.text.Names}, and {@link io.holdfast.model.text.Suggestion} for what was nearly right.
 *
 * <p>Each parser answers an {@link io.holdfast.model.error.Outcome} and each has a {@code format} that it reads back exactly.
 * All are pure functions.
 */
package io.holdfast.model.text;
