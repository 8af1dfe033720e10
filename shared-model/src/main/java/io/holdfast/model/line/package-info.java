/**
 * The agent's line: the messages on the WebSocket that each agent dials to a scheduler. Lease renewals go up, requests for
 * streams come down, and the agent dials back for each stream. Text frames of JSON, one message each, {@code type} names it.
 */
package io.holdfast.model.line;
