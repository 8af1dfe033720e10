/**
 * Images in files of this node, read with the agent's own rights: directories in OCI's image layout, and archives of {@code
 * docker save} and its like. An archive is passed over once for each thing that is needed of it, so that memory is bounded
 * whatever its size; seeking makes a pass cheap unless the archive itself is compressed.
 *
 * <p>Threads: nothing is shared; any.
 */
package io.holdfast.agent.image.local;
