package io.holdfast.cli.client;

/**
 * A request's body.
 *
 * @param contentType as {@code application/yaml}
 */
public record Document(byte[] bytes, String contentType) {}
