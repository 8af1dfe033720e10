/**
 * cgroup v1, hybrid and v2 behind one interface: make, limit, account, freeze, kill, remove.
 *
 * <p>{@link io.holdfast.keeper.cgroup.Cgroups#open} reads the mount table and puts one {@link
 * io.holdfast.keeper.cgroup.CgroupDriver} together: each controller ({@code MemoryControl}, {@code CpuControl}, {@code
 * PidsControl}, {@code Freezer}) is bound to the <em>tree</em> it is mounted in. A tree is one mounted hierarchy, a
 * <em>seat</em> the directory of one cgroup in one tree. All file access passes {@code CgroupFiles}.
 *
 * <p>Threads: none of its own. A driver is safe for different names at once; the callers keep one name to one thread.
 */
package io.holdfast.keeper.cgroup;
