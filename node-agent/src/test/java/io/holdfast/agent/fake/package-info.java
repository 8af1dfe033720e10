/**
 * Stand-ins for what an agent talks to: {@link io.holdfast.agent.fake.FakeNode} is a keeper's state as plain data, {@link
 * io.holdfast.agent.fake.FakeKeeper} the same behind a unix socket, {@link io.holdfast.agent.fake.FakeScheduler} the far end
 * of the line. They hold the rules that an agent must never break, and fail when it does.
 */
package io.holdfast.agent.fake;
