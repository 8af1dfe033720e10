/**
 * The images of this node: which there are, and how those come that are wished for. {@link io.holdfast.agent.pull.Pulls} fetches each
 * image once, however many allocations wish for it, {@link io.holdfast.agent.pull.Fetches} each layer once, however many images have
 * it; {@link io.holdfast.agent.pull.ImageIndex} remembers what a reference stands for.
 *
 * <pre>
 *  reconcile ── wishes ─► Pulls ─► Fetches ── resolve ─► agent.image ── tar of a layer ─► keeper (unpacks, verifies)
 *      ▲                    │
 *      └───── sights ───────┘──► ImageIndex ─► disk
 * </pre>
 *
 * <p>Users ask too, without an allocation that needs anything: {@link io.holdfast.agent.pull.AskedPulls} keeps what they have asked for
 * until it is there, {@link io.holdfast.agent.pull.Imports} takes archives that they send, {@link io.holdfast.agent.pull.ImageView} tells what there is, {@link io.holdfast.agent.pull.Removals} removes what
 * nothing needs.
 *
 * <p>Threads: decisions on the agent's context; resolving and carrying layers on named worker threads, since the libraries for it block.
 */
package io.holdfast.agent.pull;
