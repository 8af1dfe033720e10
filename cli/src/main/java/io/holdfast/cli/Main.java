package io.holdfast.cli;

import io.holdfast.cli.output.Console;

/** The process's entry. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code = Holdfast.execute(Console.system(), args);
        // not a plain return: a pooled thread of a library must not keep a finished command alive
        System.exit(code);
    }
}
