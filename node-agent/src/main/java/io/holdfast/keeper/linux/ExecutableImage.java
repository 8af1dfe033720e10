package io.holdfast.keeper.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A launch program as an executable of its own: a static ELF file of a few pages, made in memory, in which the runner walks the rows
 * of the program. A process that executes it shares nothing with the keeper any more and can wait as long as it likes.
 *
 * <p>Layout: one page range of headers, start and runner, which is executable; one of the arena with the table, which is writable.
 * There is no library, no stack to speak of, no way back: the program's last rows exit or execute. See elf(5).
 */
public final class ExecutableImage {
    /** Where the program's arena must stand: {@link Arena#at}. */
    public static final long ARENA_ADDRESS = 0x2000_0000L;

    private static final long CODE_ADDRESS = 0x1000_0000L;
    /** The largest page of the two architectures. */
    private static final int PAGE_BYTES = 65_536;

    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int HEADERS = 3;
    private static final int START = HEADER_BYTES + HEADERS * PROGRAM_HEADER_BYTES;
    private static final short EM_X86_64 = 62;
    private static final short EM_AARCH64 = 183;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int READ = 4;
    private static final int WRITE = 2;
    private static final int EXECUTE = 1;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    /** Since 6.3, which asks for it aloud when vm.memfd_noexec is set; before, EINVAL. */
    private static final int MFD_EXEC = 0x10;

    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0xf;
    private static final int WORLD_EXECUTABLE = 0555;

    private ExecutableImage() {}

    /**
     * @param program on an arena at {@link #ARENA_ADDRESS}; it is laid out by this
     * @return the bytes of the file
     */
    static byte[] of(Program program, Arch arch) {
        program.layOut();
        byte[] data = program.arena().image();
        byte[] runner = Runner.code(arch);
        byte[] start = start(arch, program.tableAddress().getAsLong());
        ByteBuffer file = ByteBuffer.allocate(PAGE_BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        file.putShort((short) 2).putShort(arch == Arch.X86_64 ? EM_X86_64 : EM_AARCH64);
        file.putInt(1)
                .putLong(CODE_ADDRESS + START)
                .putLong(HEADER_BYTES)
                .putLong(0)
                .putInt(0);
        file.putShort((short) HEADER_BYTES)
                .putShort((short) PROGRAM_HEADER_BYTES)
                .putShort((short) HEADERS);
        file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        segment(file, PT_LOAD, READ | EXECUTE, 0, CODE_ADDRESS, START + start.length + runner.length);
        segment(file, PT_LOAD, READ | WRITE, PAGE_BYTES, ARENA_ADDRESS, data.length);
        segment(file, PT_GNU_STACK, READ | WRITE, 0, 0, 0);
        file.put(start).put(runner);
        file.position(PAGE_BYTES).put(data);
        return file.array();
    }

    private static void segment(ByteBuffer file, int type, int flags, long offset, long address, long bytes) {
        file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        file.putLong(bytes).putLong(bytes).putLong(PAGE_BYTES);
    }

    /** The first row's address into the register of the first argument, then on into the runner, which stands behind. */
    private static byte[] start(Arch arch, long firstRow) {
        ByteBuffer code = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        if (arch == Arch.X86_64) {
            code.putShort((short) 0xbf48).putLong(firstRow); // movabs $firstRow, %rdi
        } else {
            code.putInt(0x58000040); // ldr x0, . + 8
            code.putInt(0x14000003); // b   . + 12
            code.putLong(firstRow);
        }
        return Arrays.copyOf(code.array(), code.position());
    }

    /**
     * The executable as a sealed memory file that nobody can change any more.
     *
     * @return a descriptor to execute (execveat with AT_EMPTY_PATH), close-on-exec; the caller closes it
     */
    public static int open(Program program, Arch arch, Syscalls syscalls) throws IOException {
        byte[] bytes = of(program, arch);
        int writing = create(syscalls);
        try {
            for (int at = 0; at < bytes.length; ) {
                at += syscalls.write(writing, bytes, at, bytes.length - at);
            }
            String path = "/proc/self/fd/" + writing;
            syscalls.chmod(path, WORLD_EXECUTABLE);
            syscalls.kernel().call(Call.FCNTL, writing, F_ADD_SEALS, ALL_SEALS);
            // execve refuses a file that somebody has open for writing (ETXTBSY): a second descriptor, and the first
            // goes
            return syscalls.open(path, Syscalls.O_RDONLY, 0);
        } finally {
            syscalls.close(writing);
        }
    }

    private static int create(Syscalls syscalls) throws ErrnoException {
        int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
        try {
            return (int) syscalls.kernel().call(Call.MEMFD_CREATE, "holdfast-created", flags | MFD_EXEC);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            return (int) syscalls.kernel().call(Call.MEMFD_CREATE, "holdfast-created", flags);
        }
    }
}
