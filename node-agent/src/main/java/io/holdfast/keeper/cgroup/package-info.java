/**
 * cgroup v1, hybrid and v2 behind one interface: make, limit, account, freeze, kill, remove.
 *
 * <p>{@link io.holdfast.keeper.cgroup.Cgroups#open} reads the mount table and puts one {@link
 * io.holdfast.keeper.cgroup.CgroupDriver} together. A <em>tree</em> is one mounted hierarchy, a <em>seat</em> the directory of one
 * cgroup in one tree. Each controller has a {@code Control}, bound to its tree, that turns the specification's limits into <em>
 * settings</em>: file, value, and what takes the limit off. {@code Limiter} writes settings, for a fresh cgroup all, for one in use
 * the differences, with their undoing. {@code DeviceGuard} keeps device rules, {@code Freezer} stops and kills, {@link
 * io.holdfast.keeper.cgroup.Stats} is what is read. All file access passes {@code CgroupFiles}; what is written where is in
 * docs/reference/cgroups.md.
 *
 * <p>Threads: none of its own. A driver is safe for different names at once; the callers keep one name to one thread.
 */
package io.holdfast.keeper.cgroup;
