package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;

/**
 * Rows that open a terminal of the container's own devpts, hand its master to the keeper, and make its slave the program's standard
 * descriptors and controlling terminal; see pty(7).
 *
 * <p>The container may have put anything at these paths (CVE-2025-52565 went that way). So no symbolic link is followed, nothing that
 * blocks is waited for, the file must lie in a devpts and answer as a master before it is used, and the slave is opened by the master
 * and not by its path. The master travels by SCM_RIGHTS over a socket that only the keeper has; the child's own closes on execve.
 */
final class TerminalRows {
    static final String MULTIPLEXER = "/dev/pts/ptmx";

    private static final String CONSOLE = "/dev/console";
    private static final int CONSOLE_MODE = 0600;

    private final Program program;

    TerminalRows(Program program) {
        this.program = program;
    }

    /**
     * In the container's mount namespace, with rights to change owners, after setsid.
     *
     * @param keeperSocket the child's end of {@link Syscalls#descriptorChannel}
     */
    void add(int keeperSocket, Spec.Process process) {
        Row master = openMaster();
        Row slave = openSlave(master, process);
        handOver(keeperSocket, master);
        take(slave);
    }

    /**
     * The same for a container of an OCI bundle: its terminal is at {@value #CONSOLE}, too, and the master goes to a stranger, who reads
     * it as any file and does not expect EAGAIN.
     *
     * @param consoleSocket connected to that stranger
     */
    void addOfBundle(int consoleSocket, Spec.Process process) {
        Row master = openMaster();
        Row slave = openSlave(master, process);
        mountConsole(slave);
        program.add(Call.FCNTL, master, F_SETFL, Syscalls.O_RDWR).purpose("make the terminal's master wait");
        handOver(consoleSocket, master);
        take(slave);
    }

    private Row openSlave(Row master, Spec.Process process) {
        program.add(Call.IOCTL, master, TIOCSPTLCK, program.arena().allocate(8)).purpose("unlock the terminal");
        Row slave = program.add(Call.IOCTL, master, TIOCGPTPEER, Syscalls.O_RDWR | O_NOCTTY | Syscalls.O_CLOEXEC)
                .purpose("open the terminal");
        // or the program could not open its own /dev/tty again; the group stays devpts' tty
        program.add(Call.FCHOWN, slave, process.user().uid(), -1).purpose("owner of the terminal");
        Spec.ConsoleSize size = process.consoleSize();
        if (size.height() > 0 && size.width() > 0) {
            Block window = program.arena()
                    .allocate(WINSIZE_BYTES)
                    .putShort(0, size.height())
                    .putShort(2, size.width());
            program.add(Call.IOCTL, slave, TIOCSWINSZ, window).purpose("size of the terminal");
        }
        return slave;
    }

    private void take(Row slave) {
        for (int fd = 0; fd <= 2; fd++) {
            program.add(Call.DUP3, slave, fd, 0).purpose("standard descriptor " + fd);
        }
        program.add(Call.IOCTL, 0, TIOCSCTTY, 0).purpose("controlling terminal");
    }

    /** A mount of the slave, whatever its path: what lies at the console's place is covered, and must be no link out of it. */
    private void mountConsole(Row slave) {
        program.add(Call.MKNODAT, AT_FDCWD, CONSOLE, S_IFREG | CONSOLE_MODE, 0).mayFail();
        Row place = open(CONSOLE, Syscalls.O_PATH | Syscalls.O_CLOEXEC).purpose("find " + CONSOLE);
        Row mount = program.add(Call.OPEN_TREE, slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH)
                .purpose("bind the terminal");
        program.add(Call.MOVE_MOUNT, mount, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)
                .purpose("mount on " + CONSOLE);
    }

    private Row open(String path, int flags) {
        Block how = program.arena()
                .allocate(OPEN_HOW_BYTES)
                .putLong(0, flags)
                .putLong(16, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        return program.add(Call.OPENAT2, AT_FDCWD, path, how, OPEN_HOW_BYTES);
    }

    private Row openMaster() {
        Row master = open(MULTIPLEXER, Syscalls.O_RDWR | O_NOCTTY | Syscalls.O_NONBLOCK | Syscalls.O_CLOEXEC)
                .purpose("a terminal of the container's");
        Block fileSystem = program.arena().allocate(STATFS_BYTES);
        program.add(Call.FSTATFS, master, fileSystem);
        program.check(MULTIPLEXER + " lies in a devpts", fileSystem.address(), -1L, DEVPTS_SUPER_MAGIC);
        program.add(Call.IOCTL, master, TIOCGPTN, program.arena().allocate(8))
                .purpose(MULTIPLEXER + " is a terminal's master");
        return master;
    }

    private void handOver(int keeperSocket, Row master) {
        Block control = program.arena()
                .allocate(CMSG_SPACE_ONE_FD)
                .putLong(0, CMSG_LEN_ONE_FD)
                .putInt(8, SOL_SOCKET)
                .putInt(12, SCM_RIGHTS);
        master.storeAt(control.address() + 16);
        Block vector = program.arena()
                .allocate(16)
                .putLong(0, program.arena().allocate(8).address())
                .putLong(8, 1);
        Block message = program.arena()
                .allocate(MSGHDR_BYTES)
                .putLong(16, vector.address())
                .putLong(24, 1)
                .putLong(32, control.address())
                .putLong(40, CMSG_SPACE_ONE_FD);
        program.add(Call.SENDMSG, keeperSocket, message, 0).purpose("hand the terminal over");
    }
}
