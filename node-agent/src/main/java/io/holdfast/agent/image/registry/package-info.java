/**
 * Images from registries that speak OCI's distribution protocol (or Docker's registry API v2, its ancestor).
 *
 * <pre>
 *  RegistrySource ──► Endpoint (mirror …, origin) ──► Exchange (redirects, authorisation) ──► java.net.http
 *        │                                              │
 *     BlobStream (resumes, fails over) ──► Retry     Authorizer ──► Challenge, DockerConfig, token server
 * </pre>
 *
 * <p>Words: the <em>origin</em> is the registry an image's name tells; a <em>mirror</em> is asked before it; a
 * <em>challenge</em> is what a registry answers to who is not authorised; a <em>cut</em> is a transfer that ends early.
 *
 * <p>Why no client library: a job's author chooses the registry, and so who answers the agent. docs/decisions/0033 says what that asks
 * for.
 *
 * <p>Threads: all blocks. {@link io.holdfast.agent.image.registry.RegistrySource} is for any number of threads; one HTTP
 * client per certificate authority serves all its pulls, with threads of its own that end when idle.
 */
package io.holdfast.agent.image.registry;
