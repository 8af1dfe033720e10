package io.holdfast.keeper.log;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Adds marks to the times of one segment. On the drainer's thread only. */
final class TimeWriter {
    private static final int MODE = 0600;

    private final Syscalls syscalls;
    private final int fd;
    private final Memory buffer = Memory.allocate(2 * TimeMarks.MAX_VARINT_BYTES);
    private final byte[] bytes = new byte[2 * TimeMarks.MAX_VARINT_BYTES];
    private long lastOffset;
    private long lastMillis;
    private long length;

    private TimeWriter(Syscalls syscalls, int fd, TimeMarks.Mark last) {
        this.syscalls = syscalls;
        this.fd = fd;
        this.lastOffset = last.offset();
        this.lastMillis = last.atMillis();
        this.length = last.bytes();
    }

    /** Goes on where an earlier drainer stopped. */
    static TimeWriter open(Syscalls syscalls, Path file, long first) throws IOException {
        Optional<TimeMarks.Mark> last = TimeMarks.last(file, first);
        int fd = syscalls.open(file.toString(), Syscalls.O_WRONLY | Syscalls.O_CREAT | Syscalls.O_APPEND, MODE);
        try {
            // cuts off a torn mark, or all of a file without any
            syscalls.kernel()
                    .call(Call.FTRUNCATE, fd, last.map(TimeMarks.Mark::bytes).orElse(0L));
            if (last.isEmpty()
                    && syscalls.write(fd, TimeMarks.HEADER, 0, TimeMarks.HEADER.length) != TimeMarks.HEADER.length) {
                throw new ErrnoException(Call.WRITE, Errno.ENOSPC, fd);
            }
        } catch (ErrnoException e) {
            syscalls.close(fd);
            throw e;
        }
        return new TimeWriter(syscalls, fd, last.orElse(new TimeMarks.Mark(first, 0, TimeMarks.HEADER.length)));
    }

    /** What leaves the pipe from now on stands at this offset. Within one millisecond one mark is enough. */
    void mark(long offset, long nowMillis) throws ErrnoException {
        if (nowMillis == lastMillis) {
            return;
        }
        int end = TimeMarks.putVarint(bytes, 0, offset - lastOffset);
        end = TimeMarks.putVarint(bytes, end, TimeMarks.zigzag(nowMillis - lastMillis));
        buffer.putBytes(0, bytes, 0, end);
        long written = syscalls.kernel().call(Call.WRITE, fd, buffer, end);
        if (written != end) {
            // a full disk takes the half of it: nothing may follow that
            syscalls.kernel().call(Call.FTRUNCATE, fd, length);
            throw new ErrnoException(Call.WRITE, Errno.ENOSPC, fd);
        }
        lastOffset = offset;
        lastMillis = nowMillis;
        length += end;
    }

    long bytes() {
        return length;
    }

    void close() throws ErrnoException {
        syscalls.close(fd);
    }
}
