/**
 * The HTTP API, contract first: {@code openapi.yaml} is served and enforced. Authentication, problems (RFC 9457), lists,
 * server-sent events, metrics.
 */
package io.holdfast.scheduler.api;
