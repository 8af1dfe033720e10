package io.holdfast.keeper;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;

/**
 * How the disk of containers stands now. Reads the file system.
 *
 * @param freeBytes, totalBytes of the data directory's file system
 * @param usedBytes by containers that have a limit: it is free to those whose limits it lies in
 * @param limited whether containers can be held to a limit here
 */
record DiskRoom(long freeBytes, long totalBytes, long usedBytes, boolean limited) {
    /** Of a node, as constraints of jobs name it: {@link #LOW} or {@code ok}. */
    static final String ATTRIBUTE = "disk";

    static final String LOW = "low";

    /** Less than this part of the disk free is low. Images go before that, when the disk is filled to 85 %. */
    private static final int LOW_PART = 10;

    /** What can be given is told in steps of such a part, or a node would be another one with each file. */
    private static final int STEPS = 256;

    static DiskRoom of(Core core) throws IOException {
        FileStore disk = Files.getFileStore(core.layout().data());
        long used = 0;
        for (List<Container> some : core.registry().containersBySandbox().values()) {
            for (Container container : some) {
                used += core.disks().used(core.layout().root(container.id()));
            }
        }
        return new DiskRoom(
                disk.getUsableSpace(),
                disk.getTotalSpace(),
                used,
                core.disks().missing().isEmpty());
    }

    boolean isLow() {
        return freeBytes < totalBytes / LOW_PART;
    }

    /** What limits of containers may add up to; none where limits cannot be kept. */
    long forContainers() {
        long step = Math.max(1, totalBytes / STEPS);
        return limited ? (freeBytes + usedBytes) / step * step : 0;
    }
}
