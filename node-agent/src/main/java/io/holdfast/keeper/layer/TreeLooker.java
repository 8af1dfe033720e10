package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;

/** Looks at one thing in a tree, the same way when it is written down and when it is compared. */
final class TreeLooker {
    private final TreeCalls calls;
    private final boolean attributes;

    /** @param attributes whether there are any in the whole tree: asking for them costs a call for each */
    TreeLooker(TreeCalls calls, boolean attributes) {
        this.calls = calls;
        this.attributes = attributes;
    }

    /** A file's content is left out. */
    TreeLine look(int parent, String name, String path, TreeCalls.Status status) throws IOException {
        String content = switch (status.type()) {
            case Uapi.S_IFCHR, Uapi.S_IFBLK -> status.major() + ":" + status.minor();
            default -> TreeLine.NONE;
        };
        String target = status.type() == Uapi.S_IFLNK ? calls.readLink(parent, name) : "";
        String checksum = attributes ? Attributes.checksum(calls, parent, name) : "";
        return TreeLine.of(status, content, checksum, path, target);
    }
}
