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
 * <p>Of {@code land.oras:oras-java-sdk} this takes the paths of the protocol and its media types. Its transport and its
 * authentication (0.7.0) are not used, because a job's author chooses the registry, and so what answers: documents and tokens
 * are read without a bound, a request may hang for ever, a redirect or token server over plain HTTP is followed, credentials
 * go to a token server that the target of a redirect names, tokens of some alphabets reach the debug log, credential helpers
 * are run as programs, {@code registries.conf} of the host's other tools changes what is trusted, and a blob cannot be taken
 * up again.
 *
 * <p>Threads: all blocks. {@link io.holdfast.agent.image.registry.RegistrySource} is for any number of threads; one HTTP
 * client per certificate authority serves all its pulls, with threads of its own that end when idle.
 */
package io.holdfast.agent.image.registry;
