/** Nodes and pods as files have them, in the columns of the public cluster-trace-gpu-v2023 of Alibaba, or made up. */
package io.holdfast.simulation.trace;
