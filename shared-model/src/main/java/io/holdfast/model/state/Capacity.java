package io.holdfast.model.state;

/** What a node can give: cpu in thousandths of a core, memory and disk in bytes, pids as a count. */
public record Capacity(long cpuMillis, long memoryBytes, long diskBytes, long pids) {}
