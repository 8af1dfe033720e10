package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import java.util.Map;

/**
 * One line of {@code tree.list}: what is at a path, as far as it can be seen without reading content, and what its content was.
 *
 * <pre>
 * TYPE MODE UID GID LINKS SIZE SECONDS.NANOS CONTENT ATTRIBUTES PATH [TARGET]
 * f 755 0 0 1 1234 1700000000.000000000 1f2e3d4c - usr/bin/env
 * </pre>
 *
 * @param type as {@code find -type} names it
 * @param links 0 for a directory, whose number depends on the file system
 * @param content CRC32C of a file, {@code MAJOR:MINOR} of a device, else {@code -}
 * @param attributes checksum of extended attributes, or {@code -}
 * @param target of a symbolic link, else empty
 */
record TreeLine(
        char type,
        int mode,
        long uid,
        long gid,
        long links,
        long size,
        long seconds,
        int nanos,
        String content,
        String attributes,
        String path,
        String target) {
    static final String HEAD = "holdfast-tree 1";
    static final String END = "end ";
    static final String NONE = "-";

    private static final Map<Integer, Character> TYPES = Map.of(
            Uapi.S_IFREG, 'f',
            Uapi.S_IFDIR, 'd',
            Uapi.S_IFLNK, 'l',
            Uapi.S_IFCHR, 'c',
            Uapi.S_IFBLK, 'b',
            Uapi.S_IFIFO, 'p');

    private static final int FIELDS = 10;

    static TreeLine of(TreeCalls.Status status, String content, String attributes, String path, String target) {
        boolean isDirectory = status.type() == Uapi.S_IFDIR;
        return new TreeLine(
                TYPES.getOrDefault(status.type(), '?'),
                status.mode() & 07777,
                status.uid(),
                status.gid(),
                isDirectory ? 0 : status.links(),
                isDirectory ? 0 : status.size(),
                status.seconds(),
                status.nanos(),
                content,
                attributes.isEmpty() ? NONE : attributes,
                path,
                target);
    }

    TreeLine withContent(String crc) {
        return new TreeLine(type, mode, uid, gid, links, size, seconds, nanos, crc, attributes, path, target);
    }

    void appendTo(StringBuilder text) {
        text.append(type).append(' ').append(Integer.toOctalString(mode));
        text.append(' ')
                .append(uid)
                .append(' ')
                .append(gid)
                .append(' ')
                .append(links)
                .append(' ')
                .append(size);
        text.append(' ').append(seconds).append('.').append(nanos);
        text.append(' ')
                .append(content)
                .append(' ')
                .append(attributes)
                .append(' ')
                .append(Names.escape(path));
        if (type == 'l') {
            text.append(' ').append(Names.escape(target));
        }
        text.append('\n');
    }

    /** @throws IllegalArgumentException for what {@link #appendTo} does not write */
    static TreeLine parse(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length < FIELDS || fields[0].length() != 1) {
            throw new IllegalArgumentException("a line of %d fields".formatted(fields.length));
        }
        int dot = fields[6].indexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException("a time without nanoseconds");
        }
        return new TreeLine(
                fields[0].charAt(0),
                Integer.parseInt(fields[1], 8),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6].substring(0, dot)),
                Integer.parseInt(fields[6].substring(dot + 1)),
                fields[7],
                fields[8],
                Names.unescape(fields[9]),
                fields.length > FIELDS ? Names.unescape(fields[FIELDS]) : "");
    }

    /** The first difference, in words; empty where there is none. Content is not looked at, but a device's number is. */
    String difference(TreeLine now) {
        if (type != now.type) {
            return "is of type %s, was %s".formatted(now.type, type);
        }
        if (mode != now.mode) {
            return "mode is %o, was %o".formatted(now.mode, mode);
        }
        if (uid != now.uid || gid != now.gid) {
            return "owner is %d:%d, was %d:%d".formatted(now.uid, now.gid, uid, gid);
        }
        if (size != now.size) {
            return "has %d bytes, had %d".formatted(now.size, size);
        }
        if (links != now.links) {
            return "has %d names, had %d".formatted(now.links, links);
        }
        if (!target.equals(now.target)) {
            return "links to %s, linked to %s".formatted(Names.printable(now.target), Names.printable(target));
        }
        if (type != 'f' && !content.equals(now.content)) {
            return "is device %s, was %s".formatted(now.content, content);
        }
        if (!attributes.equals(now.attributes)) {
            return "extended attributes are others";
        }
        // what a directory has or has not says more than its time
        if (type != 'd' && (seconds != now.seconds || nanos != now.nanos)) {
            return "was modified at %d.%09d, not at %d.%09d".formatted(now.seconds, now.nanos, seconds, nanos);
        }
        return "";
    }
}
