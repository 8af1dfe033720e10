/**
 * The client of the HTTP API: where the scheduler is and which token opens it, requests and their problems, the event stream,
 * and the waiting for a job. Answers stay JSON trees: fields that a newer scheduler adds reach {@code -o json} untouched.
 *
 * <p>Over {@code HttpURLConnection}: the JDK's other client costs 400 ms more at its first request.
 */
package io.holdfast.cli.client;
