/**
 * {@code holdfast oci}: the command line of an OCI runtime, as runc and crun have it, on top of the keeper's socket. {@code
 * bin/holdfast-oci} is one executable of it, for tools that start a runtime by its path.
 *
 * <p>Nothing is done here that the keeper does not do: a command reads the bundle's configuration, sends one request and puts the
 * answer into the words that such tools expect. Errors end with 1 and one line, on standard error and in {@code --log}.
 */
package io.holdfast.cli.oci;
