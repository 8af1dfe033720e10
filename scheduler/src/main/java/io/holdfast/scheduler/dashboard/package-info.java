/**
 * The web page: static files, and the handler that serves them.
 */
package io.holdfast.scheduler.dashboard;
