/**
 * The product as its users have it: real processes, real containers, the HTTP API. Each test has directories, ports, cgroups and
 * run directories of its own and removes them, also when it fails. Needs root.
 */
package io.holdfast.cli.e2e;
