package io.holdfast.cli.command;

import picocli.CommandLine.Parameters;

/** The image that a command is about. */
final class ImageReference {
    @Parameters(paramLabel = "REF", description = "The image, as a job names it: alpine:3.20, oci:/path, …")
    private String text;

    String text() {
        return text;
    }
}
