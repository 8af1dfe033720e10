/**
 * Root file systems: the host image, directory images, overlays over them, and what is mounted inside: /proc, /sys, /dev, masks.
 *
 * <p>Classes here prepare directories ahead and add rows to a launch program. Rows of the first child have the host's rights and
 * mount namespace; rows of init have the container's. What init mounts on is always a descriptor that was resolved inside the root
 * ({@code RESOLVE_IN_ROOT}), never a path, since an image can turn any path into a symbolic link (CVE-2021-30465, CVE-2019-19921,
 * CVE-2023-27561, CVE-2024-45310).
 */
package io.holdfast.keeper.root;
