/**
 * The {@code holdfast} command: what a user types, what the screen shows, and how the parts are wired into one process.
 *
 * <p>{@link io.holdfast.cli.command} has one file per command, {@link io.holdfast.cli.client} speaks to a scheduler over its
 * HTTP API, {@link io.holdfast.cli.output} turns answers into tables, JSON, YAML and progress, {@link io.holdfast.cli.role}
 * runs scheduler, agent and keeper, alone or in one process. Data goes to standard output, messages to standard error; every way to
 * end has a code of its own ({@link io.holdfast.cli.exit.ExitCodes}).
 *
 * <p>Client commands load nothing of scheduler and agent: a command that asks one question is to start in a blink.
 *
 * <p>Threads: client commands run on the main thread; following logs and events takes one thread per stream.
 */
package io.holdfast.cli;
