/**
 * What the user sees: tables, JSON and YAML on standard output; messages and progress on standard error, redrawn in place on a
 * terminal and as plain lines elsewhere.
 */
package io.holdfast.cli.output;
