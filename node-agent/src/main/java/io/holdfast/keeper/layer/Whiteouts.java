package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;

/**
 * Entries that say what a layer takes away from lower ones, as overlay's marks (OCI image specification, "Whiteouts"). They speak of lower
 * layers only: what the layer itself has under the same name stays, whichever of the two comes first.
 */
final class Whiteouts {
    private static final String PREFIX = ".wh.";
    private static final String META_PREFIX = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final TreeCalls calls;
    private final Parents parents;
    private final Later later;

    Whiteouts(TreeCalls calls, Parents parents, Later later) {
        this.calls = calls;
        this.parents = parents;
        this.later = later;
    }

    /** @return whether the entry is one, or of aufs' own files, which are left out as Docker does */
    boolean take(EntryPath at, TarEntry entry) throws IOException {
        if (inMetaDirectory(at.parent())) {
            return true;
        }
        if (at.name().equals(OPAQUE)) {
            Attributes.makeOpaque(calls, parents.open(at.parent()), ".");
            later.attributesWereSet();
            return true;
        }
        if (at.name().startsWith(META_PREFIX)) {
            return true;
        }
        if (at.name().startsWith(PREFIX)) {
            mark(at.parent(), at.name().substring(PREFIX.length()), entry);
            return true;
        }
        return false;
    }

    private static boolean inMetaDirectory(String parent) throws Refusal {
        for (String part : parent.split("/")) {
            if (part.startsWith(META_PREFIX)) {
                return true;
            }
            if (part.startsWith(PREFIX)) {
                throw new Refusal("is in a whiteout");
            }
        }
        return false;
    }

    private void mark(String parent, String name, TarEntry entry) throws IOException {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new Refusal("is a whiteout of no name");
        }
        int directory = parents.open(parent);
        try {
            calls.makeNode(directory, name, Uapi.S_IFCHR, 0, 0);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            if (calls.status(directory, name).type() == Uapi.S_IFDIR) {
                Attributes.makeOpaque(calls, directory, name);
                later.attributesWereSet();
            }
            return;
        }
        calls.own(directory, name, 0, 0);
        calls.setTime(directory, name, entry.seconds(), entry.nanos());
    }
}
