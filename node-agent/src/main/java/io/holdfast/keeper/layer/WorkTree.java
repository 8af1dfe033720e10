package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where one layer is unpacked, and its tree in it, both open.
 *
 * @param path of the directory that holds the tree; what is replaced goes through it
 * @param descriptor of that directory
 * @param root descriptor of the tree
 */
record WorkTree(Path path, int descriptor, int root) {
    static final String TREE = "fs";
    private static final int MODE = 0755;

    /** Makes the tree's root, in an empty directory. */
    static WorkTree make(Path path, TreeCalls calls, Later later) throws IOException {
        int descriptor = calls.openTop(path.toString());
        calls.makeDirectory(descriptor, TREE, MODE);
        calls.setMode(descriptor, TREE, MODE);
        later.directory(calls.status(descriptor, TREE).inode(), 0, 0);
        return new WorkTree(path, descriptor, calls.openDirectory(descriptor, TREE));
    }

    void close(TreeCalls calls) throws IOException {
        calls.close(root);
        calls.close(descriptor);
    }
}
