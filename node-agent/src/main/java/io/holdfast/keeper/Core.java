package io.holdfast.keeper;

import io.holdfast.keeper.cgroup.CgroupDriver;
import io.holdfast.keeper.disk.DiskLimits;
import io.holdfast.keeper.exec.Streams;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.log.LogDrainer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the verbs work with.
 *
 * @param launches threads that make namespaces and processes: platform threads that outlive each launch
 * @param work threads for removals, which wait for ends
 * @param kills threads that kill cgroups; removals cannot keep a deadline waiting
 * @param reads threads that read logs
 * @param endings threads that record ends; nothing there waits for another end
 * @param streams what is connected to programs
 * @param timer hands on what is due; never blocks
 * @param accounts what sandboxes have used
 * @param layers of images
 * @param disks holds containers to what they may write
 */
record Core(
        Layout layout,
        String bootId,
        Policy policy,
        KeeperClock clock,
        Syscalls syscalls,
        Launcher launcher,
        CgroupDriver cgroups,
        LogDrainer logs,
        Blanks blanks,
        IdRanges idRanges,
        Spares spares,
        Lulls lulls,
        Registry registry,
        Watchers watchers,
        Deadlines deadlines,
        ExecutorService launches,
        ExecutorService work,
        ExecutorService kills,
        ExecutorService reads,
        ExecutorService endings,
        ScheduledExecutorService timer,
        Accounts accounts,
        Streams streams,
        Layers layers,
        DiskLimits disks) {}
