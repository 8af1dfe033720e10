package io.holdfast.keeper.layer;

/**
 * Where in the layer an entry is: a path that was checked, without a leading slash, {@code .} or empty parts.
 *
 * @param parent path of the directory it is in; empty for the layer's root
 * @param name within the parent; empty for the root itself
 */
record EntryPath(String parent, String name) {
    static final EntryPath ROOT = new EntryPath("", "");
    private static final int MAX_PART_BYTES = 255;

    String path() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    boolean isRoot() {
        return name.isEmpty();
    }

    /** @throws Refusal for what leads out of the layer, or is longer or deeper than allowed */
    static EntryPath of(String text, LayerLimits limits) throws Refusal {
        if (text.isEmpty()) {
            throw new Refusal("the name is empty");
        }
        if (text.length() > limits.nameBytes()) {
            throw new Refusal("a name of %d bytes is above %d".formatted(text.length(), limits.nameBytes()));
        }
        if (text.indexOf(0) >= 0) {
            throw new Refusal("the name has a NUL");
        }
        StringBuilder parent = new StringBuilder(text.length());
        String name = "";
        int depth = 0;
        for (int from = 0; from <= text.length(); ) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            String part = text.substring(from, to);
            from = to + 1;
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            checkPart(part);
            if (!name.isEmpty()) {
                parent.append(parent.isEmpty() ? "" : "/").append(name);
            }
            name = part;
            depth++;
        }
        if (depth > limits.depth()) {
            throw new Refusal("a path of %d directories is above %d".formatted(depth, limits.depth()));
        }
        if (depth == 0 && text.startsWith("/")) {
            // as if the layer spoke of the host's root: CVE-2021-29136
            throw new Refusal("the root is named by a slash");
        }
        return depth == 0 ? ROOT : new EntryPath(parent.toString(), name);
    }

    private static void checkPart(String part) throws Refusal {
        if (part.equals("..")) {
            throw new Refusal("leads out of the layer");
        }
        if (part.length() > MAX_PART_BYTES) {
            throw new Refusal("a part of the name has %d bytes, above %d".formatted(part.length(), MAX_PART_BYTES));
        }
    }
}
