package io.holdfast.keeper.launch;

import io.holdfast.keeper.layer.DiffId;
import io.holdfast.keeper.layer.LayerStore;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Kernel;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.root.HostImage;
import io.holdfast.keeper.root.HostMounts;
import io.holdfast.keeper.root.MountPoints;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the launcher of a keeper. */
public final class Launchers {
    private Launchers() {}

    /** The kernel and its launcher; the descriptors of a launcher live as long as the process. */
    public record Opened(Launcher launcher, Syscalls syscalls, HostCheck.Host host) {}

    /**
     * Checks the host, hides this process's memory ({@code PR_SET_DUMPABLE} 0, for the whole process) and makes everything ready
     * that the first launch would else have to load.
     *
     * @param stateDirectory of the keeper, on a disk: the skeleton of the host image is made in it, the store of layers lies in it
     * @throws LaunchException naming everything that the host lacks
     */
    public static Opened open(Path stateDirectory) throws LaunchException {
        return open(stateDirectory, LaunchGuards.ALL);
    }

    static Opened open(Path stateDirectory, LaunchGuards guards) throws LaunchException {
        try {
            Kernel kernel = new JnrKernel();
            Syscalls syscalls = new Syscalls(kernel);
            HostCheck.Host host = HostCheck.require(syscalls);
            if (guards.has(io.holdfast.keeper.linux.Guard.DUMPABLE)) {
                syscalls.setDumpable(false);
            }
            HostImage hostImage = HostImage.open(stateDirectory, Path.of("/"), syscalls);
            int keeperPidfd = syscalls.pidfdOpen(syscalls.pid());
            HostMounts hostMounts = HostMounts.read();
            LinuxLauncher launcher = new LinuxLauncher(
                    syscalls,
                    host,
                    hostImage,
                    diffId -> LayerStore.tree(LayerStore.below(stateDirectory), new DiffId(diffId)),
                    MountPoints.open(stateDirectory),
                    hostMounts,
                    guards,
                    keeperPidfd,
                    Stage.open(syscalls, hostMounts, guards, keeperPidfd));
            launcher.warm();
            return new Opened(launcher, syscalls, host);
        } catch (IOException e) {
            throw new LaunchException("open", 0, "the launcher cannot be opened: " + e.getMessage());
        }
    }
}
