package io.holdfast.cli.output;

/** The root of the command line, as its commands see it. */
public interface HasConsole {
    Console console();
}
