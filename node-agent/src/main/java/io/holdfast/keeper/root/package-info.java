/** Root file systems: the host image, directory images, overlay mounts over them. */
package io.holdfast.keeper.root;
