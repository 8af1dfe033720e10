/**
 * What scheduler, agents and command line agree on, as plain values: {@link io.holdfast.model.job} what users ask for, {@link
 * io.holdfast.model.state} what is wanted and what is observed, {@link io.holdfast.model.line} what agent and scheduler say to
 * each other, {@link io.holdfast.model.error} refusals and their codes. And how text becomes such values: {@link
 * io.holdfast.model.document} reads trees of plain data, {@link io.holdfast.model.text} quantities and names, {@link
 * io.holdfast.model.config} configuration.
 *
 * <p>Here stand the seams to time and chance: {@link io.holdfast.model.Clock}, {@link io.holdfast.model.IdSource}.
 *
 * <p>Knows no framework: JDK and Jackson only. Values are immutable and safe for any thread.
 */
package io.holdfast.model;
