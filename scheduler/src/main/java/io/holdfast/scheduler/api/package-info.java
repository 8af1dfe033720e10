/**
 * The HTTP API, contract first. {@code openapi.yaml} (a resource beside this package) is served, and {@link
 * io.holdfast.scheduler.api.ContractRouter} enforces it: token, media type and parameters of each operation are checked before
 * its handler runs. Begin with {@link io.holdfast.scheduler.api.ApiServer}, which assembles the rest.
 *
 * <p>Words: an <i>operation</i> is a method of a path in the contract; a <i>call</i> is a request that the contract admits; a
 * <i>problem</i> (RFC 9457) is how every error is answered; a <i>view</i> is a value as the API shows it.
 *
 * <p>{@code *Routes} handle calls, {@code *View} are what they answer, {@link io.holdfast.scheduler.api.Gate} keeps other hosts
 * and origins out, {@link io.holdfast.scheduler.api.Metrics} counts.
 *
 * <p>Threads: the server has an event loop of its own. Everything of {@code io.holdfast.scheduler.core} is called on the
 * scheduler's context, by way of {@link io.holdfast.scheduler.api.CoreCalls}; only values cross.
 *
 * <p>A new endpoint: write it into {@code openapi.yaml}, give its operation a handler in one of the {@code *Routes} (the
 * server does not start without), and a good request in {@code ContractTest}, which wants every documented answer to be given.
 */
package io.holdfast.scheduler.api;
