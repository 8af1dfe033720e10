/**
 * The server side of the agents' lines (WebSockets): leases, and streams that agents dial back. {@link
 * io.holdfast.scheduler.line.LineServer} takes lines and tells {@link io.holdfast.scheduler.core.NodeLeases} of them; {@link
 * io.holdfast.scheduler.line.NodeStreams} asks over them. The messages are {@link
 * io.holdfast.model.line.LineMessage}.
 *
 * <p>Threads: all of it lives on the server's context; the core is told on the scheduler's.
 */
package io.holdfast.scheduler.line;
