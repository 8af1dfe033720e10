package io.holdfast.agent.image;

/**
 * A piece of an image by its content.
 *
 * @param mediaType may be empty where a document does not say
 */
public record Descriptor(String mediaType, String digest, long sizeBytes) {}
