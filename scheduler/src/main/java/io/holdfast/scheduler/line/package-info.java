/**
 * The server side of the agents' lines (WebSockets): leases, and streams that agents dial back.
 */
package io.holdfast.scheduler.line;
