package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One way of driving cgroups: v1, hybrid or v2. All work lies below the parent that the driver was opened with; nothing
 * outside it is read or touched. Names are relative to it: {@code sandbox} or {@code sandbox/container}.
 *
 * <p>Thread-safe for different names.
 */
public interface CgroupDriver {

    /** {@code v1}, {@code hybrid} or {@code v2}. */
    String mode();

    /**
     * Why this host cannot keep such limits: the field below {@code resources} and what is missing. Empty where it can. Reads
     * only; whether the numbers are sensible is the caller's to check.
     */
    Optional<String> refusal(Spec.Resources limits) throws IOException;

    /**
     * Makes the cgroup in every hierarchy that it needs and writes its limits; a failure leaves nothing behind.
     *
     * @throws IOException also for what {@link #refusal} names
     */
    void create(String name, Spec.Resources limits) throws IOException;

    /**
     * Changes the limits of a cgroup in use: all of them, or none and an exception. What the kernel refuses (memory that cannot
     * be reclaimed, a quota above the parent's) it says in the message.
     *
     * @param before the limits that are in force
     */
    void update(String name, Spec.Resources before, Spec.Resources after) throws IOException;

    CgroupJoin join(String name);

    /** Process ids in the cgroup and below it, possibly empty. */
    List<Integer> processes(String name) throws IOException;

    /** Stops all of it; returns when the kernel says that it stands still, else thaws it again and fails. */
    void freeze(String name) throws IOException;

    /** Lets it run, also where only a part of it stands still yet. */
    void thaw(String name) throws IOException;

    /** Whether {@link #freeze} was the last word on this very cgroup; what is above or below it is not looked at; a missing one is not. */
    boolean frozen(String name) throws IOException;

    /** Kills every process in the cgroup and below it, also frozen ones; returns when none is left or the bound is passed. */
    void kill(String name) throws IOException;

    /** How often the kernel has killed a process of this cgroup because it was out of memory. */
    long oomKills(String name) throws IOException;

    /** What it has used, without what it uses now: half of the reads of {@link #stats}. Empty where it is not there. */
    Optional<Consumed> consumed(String name) throws IOException;

    record Consumed(Stats.Cpu cpu, Stats.Io io, long oomKills) {}

    /** What it uses and has used, with all below it; empty where it is not there. Some ten small reads. */
    Optional<Stats> stats(String name) throws IOException;

    /** What the parent cgroup allows: the node's capacity. */
    Limits parentLimits() throws IOException;

    /** Removes the cgroup and all below it, with a bounded retry on EBUSY. A missing one is fine. */
    void remove(String name) throws IOException;

    /** Names of all cgroups right below the parent. */
    List<String> list() throws IOException;

    /** Names of all cgroups right below one; empty where it is not there. */
    List<String> list(String name) throws IOException;

    /** A writable file of the parent cgroup that stands for all of it: who holds its lock owns the parent. */
    Path lockFile();

    /** Removes the parent cgroup itself with all below it: the end of a keeper that leaves nothing behind. */
    void removeParent() throws IOException;

    /** cpu in thousandths of a core, memory in bytes, pids as a count: the lesser of host and cgroup limits. */
    record Limits(long cpuMillis, long memoryBytes, long pids) {}
}
