package io.holdfast.keeper.layer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of files and directories while the archive is unpacked, and done or written down at its end. */
final class Later {
    /** Nanoseconds need 30 bits. */
    private static final int IMPLIED = 1 << 30;

    private static final int MAX_ACL_BYTES = 1 << 20;

    private final Inodes inodes = new Inodes();
    private final Map<Long, byte[]> defaultAcls = new HashMap<>();
    private int aclBytes;
    private boolean attributes;

    void file(long inode, int contentCrc) {
        inodes.put(inode, contentCrc, 0);
    }

    /** A directory's time would change with whatever is made in it. */
    void directory(long inode, long seconds, int nanos) {
        defaultAcls.remove(inode);
        inodes.put(inode, seconds, nanos);
    }

    void implied(long inode) {
        defaultAcls.remove(inode);
        inodes.put(inode, 0, IMPLIED);
    }

    /** What is made in a directory would inherit it, against what the archive says of each entry: acl(5), "OBJECT CREATION". */
    void defaultAcl(long inode, byte[] acl) throws Refusal {
        aclBytes += acl.length;
        if (aclBytes > MAX_ACL_BYTES) {
            throw new Refusal("default access lists of directories are above %d bytes".formatted(MAX_ACL_BYTES));
        }
        defaultAcls.put(inode, acl);
        attributes = true;
    }

    void attributesWereSet() {
        attributes = true;
    }

    boolean hasAttributes() {
        return attributes;
    }

    int contentCrc(long inode) {
        return (int) inodes.value(inode);
    }

    long seconds(long inode) {
        return inodes.value(inode);
    }

    int nanos(long inode) {
        return inodes.extra(inode) & ~IMPLIED;
    }

    boolean isImplied(long inode) {
        return (inodes.extra(inode) & IMPLIED) != 0;
    }

    Optional<byte[]> defaultAcl(long inode) {
        return Optional.ofNullable(defaultAcls.get(inode));
    }
}
