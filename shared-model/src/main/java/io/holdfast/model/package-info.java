/**
 * What scheduler, agents and command line agree on, as plain values: {@link io.holdfast.model.job} what users ask for,
 * {@link io.holdfast.model.state} what is wanted and what is observed, {@link io.holdfast.model.error} refusals and their
 * codes, {@link io.holdfast.model.config} the reader of configuration files.
 *
 * <p>Knows no framework: JDK and Jackson only. Everything here is immutable and safe for any thread.
 */
package io.holdfast.model;
