/**
 * The web page: the handler that serves its files, and the files themselves (resources beside this package).
 *
 * <p>{@code app.js} keeps the one state and draws it; {@code cluster.js} keeps the picture of the cluster from lists and
 * events; {@code view.js}, {@code hold.js} and {@code details.js} are functions from state to what is seen; {@code logs.js}
 * follows a log. They are plain modules, drawn with Preact, without a build step.
 */
package io.holdfast.scheduler.dashboard;
