/**
 * The container configuration of the OCI runtime specification ({@code config.json}), under its own names: the part of it
 * that this runtime carries out. Fields that are not here are refused by the reader, never ignored.
 *
 * <p>Source: <a href="https://github.com/opencontainers/runtime-spec/blob/v1.2.1/config.md">runtime-spec 1.2.1</a>.
 */
package io.holdfast.keeper.oci;
