package io.holdfast.keeper.linux;

import java.nio.charset.StandardCharsets;

/** The names in an open directory, one after the other, in whatever order the file system has them; bytes as in {@link TreeCalls}. */
public final class DirectoryReader {
    private static final int ENTRIES_BYTES = 16 << 10;

    /** struct linux_dirent64, getdents(2). */
    private static final int RECORD_LENGTH = 16;

    private static final int TYPE = 18;
    private static final int NAME = 19;
    private static final int DT_UNKNOWN = 0;
    private static final int DT_DIR = 4;

    private final Kernel kernel;
    private final int fd;
    private final Memory entries = Memory.allocate(ENTRIES_BYTES);
    private int at;
    private int length;
    private int type;

    /** @param fd stays the caller's to close */
    public DirectoryReader(int fd, Syscalls syscalls) {
        this.fd = fd;
        kernel = syscalls.kernel();
    }

    /** @return the next name, empty at the end */
    public String next() throws ErrnoException {
        while (true) {
            if (at >= length) {
                at = 0;
                length = (int) kernel.call(Call.GETDENTS64, fd, entries, ENTRIES_BYTES);
                if (length == 0) {
                    return "";
                }
            }
            int record = entries.getShort(at + RECORD_LENGTH) & 0xffff;
            type = entries.getShort(at + TYPE) & 0xff;
            byte[] bytes = new byte[record - NAME];
            entries.getBytes(at + NAME, bytes, 0, bytes.length);
            at += record;
            int end = 0;
            while (bytes[end] != 0) {
                end++;
            }
            String name = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
            if (!name.equals(".") && !name.equals("..")) {
                return name;
            }
        }
    }

    /** Whether what {@link #next} has just named is a directory, or of a kind that only stat tells. */
    public boolean mayBeDirectory() {
        return type == DT_DIR || type == DT_UNKNOWN;
    }
}
