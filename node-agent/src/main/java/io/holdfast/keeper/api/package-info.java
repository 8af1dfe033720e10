/**
 * The messages of the keeper's socket: what a client may ask, what it gets back, what it is told unasked.
 *
 * <p>A frame is a 4-byte big-endian length and that many bytes of UTF-8 JSON, at most {@link
 * io.holdfast.keeper.api.Frame#MAX_BYTES}. A request is {@code {"id": n, "call": "kebab-name", "body": {…}}}, n
 * above 0 and {@code call} before {@code body}; its answer bears the same id and either {@code body} or {@code error}. After
 * {@code watch}, frames with {@code event} arrive too. Requests on one connection may be answered out of order.
 *
 * <p>{@code exec} and {@code attach} turn their connection into a session: {@link io.holdfast.keeper.api.ExecFrames}, {@link
 * io.holdfast.keeper.api.StreamClient}.
 *
 * <p>This package is the only thing that {@code io.holdfast.agent} and {@code io.holdfast.keeper} share; it imports only
 * the JDK, Jackson and {@link io.holdfast.keeper.oci}. {@link io.holdfast.keeper.api.Wire} is the JSON of both sides, {@link
 * io.holdfast.keeper.api.KeeperClient} a client that blocks.
 */
package io.holdfast.keeper.api;
