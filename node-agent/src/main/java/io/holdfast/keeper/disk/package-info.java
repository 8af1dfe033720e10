/**
 * Limits on what a container may write into its own layer. The file system keeps them, so that the writer learns of it by ENOSPC or
 * EDQUOT and nobody else does.
 */
package io.holdfast.keeper.disk;
