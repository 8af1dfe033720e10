/**
 * The images of this node: which there are, and how those come that are wished for. {@link io.holdfast.agent.pull.Pulls} fetches each
 * image once, however many allocations wish for it, and each layer once, however many images have it; {@link
 * io.holdfast.agent.pull.ImageIndex} remembers what a reference stands for.
 *
 * <pre>
 *  reconcile ── wishes ─► Pulls ── resolve ─► agent.image ── tar of a layer ─► keeper (unpacks, verifies)
 *      ▲                    │
 *      └───── sights ───────┘──► ImageIndex ─► disk
 * </pre>
 *
 * <p>Threads: decisions on the agent's context; resolving and carrying layers on named worker threads, since the libraries for it block.
 */
package io.holdfast.agent.pull;
