/** cgroup v1, hybrid and v2 behind one interface: make, limit, account, freeze, kill, remove. */
package io.holdfast.keeper.cgroup;
