package io.holdfast.cli.output;

import java.util.Map;
import java.util.TreeMap;

/** How nodes get on with what they pull, on standard error: a line for each in place on a terminal, elsewhere only the first. Any thread. */
public final class ImageProgress {
    private final Console console;
    private final Progress block;
    private final Map<String, String> lines = new TreeMap<>();

    public ImageProgress(Console console) {
        this.console = console;
        this.block = new Progress(console);
    }

    public synchronized void show(String node, String text) {
        boolean first = !lines.containsKey(node);
        lines.put(node, node + ": " + text);
        if (console.redraws()) {
            block.redraw(java.util.List.copyOf(lines.values()));
        } else if (first) {
            console.message(lines.get(node));
        }
    }

    /** What stands there goes: results follow. */
    public synchronized void end() {
        block.erase();
    }
}
