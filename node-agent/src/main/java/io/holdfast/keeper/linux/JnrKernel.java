package io.holdfast.keeper.linux;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallContextCache;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Function;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/**
 * The running kernel, by way of libc's syscall(2). The runner's machine code is mapped once and is never writable and executable at
 * the same time.
 */
public final class JnrKernel implements Kernel {

    /** libc's syscall(2): six arguments always, surplus ones are not looked at. */
    public interface Libc {
        long syscall(long number, long a, long b, long c, long d, long e, long f);
    }

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int PAGE_BYTES = 65_536;

    /** Bound once: it costs some milliseconds, and a keeper opens a kernel for its locks before the launcher's. */
    private static final class Bound {
        static final Libc LIBC = LibraryLoader.create(Libc.class)
                .option(LibraryOption.SaveError, Boolean.TRUE)
                .load("c");
    }

    private final Arch arch;
    private final Libc libc;
    private final Runtime runtime;
    private final Function runner;
    private final CallContext runnerContext;

    public JnrKernel() throws ErrnoException {
        arch = Arch.current();
        libc = Bound.LIBC;
        runtime = Runtime.getRuntime(libc);
        runnerContext = CallContextCache.getInstance()
                .getCallContext(Type.VOID, new Type[] {Type.POINTER}, CallingConvention.DEFAULT, false);
        runner = new Function(mapRunner(), runnerContext);
    }

    private long mapRunner() throws ErrnoException {
        byte[] code = Runner.code(arch);
        long page = call(Call.MMAP, 0, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        jnr.ffi.Pointer.wrap(runtime, page).put(0, code, 0, code.length);
        // mprotect flushes the instruction cache on aarch64: pages that become executable are synchronised at first use
        call(Call.MPROTECT, page, PAGE_BYTES, PROT_READ | PROT_EXEC);
        return page;
    }

    @Override
    public long call(Call call, Object... args) throws ErrnoException {
        long[] words = new long[6];
        Object[] alive = new Object[args.length];
        for (int i = 0; i < args.length; i++) {
            Object arg = args[i] instanceof String text ? Memory.text(text) : args[i];
            alive[i] = arg;
            words[i] = arg instanceof Memory memory ? memory.address() : ((Number) arg).longValue();
        }
        long result = libc.syscall(call.number(arch), words[0], words[1], words[2], words[3], words[4], words[5]);
        int errno = result == -1 ? runtime.getLastError() : 0;
        java.lang.ref.Reference.reachabilityFence(alive);
        if (result == -1) {
            throw new ErrnoException(call, errno, args);
        }
        return result;
    }

    @Override
    public void run(long firstRowAddress) {
        Invoker.getInstance().invokeN1(runnerContext, runner.getFunctionAddress(), firstRowAddress);
    }
}
