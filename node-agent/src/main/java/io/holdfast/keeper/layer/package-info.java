/**
 * The store of unpacked image layers. A <em>layer</em> is one tar archive of an image, unpacked once into a directory that never
 * changes and becomes a lower layer of overlay mounts. It is named by its <em>diffID</em>, the digest of the plain archive (OCI image
 * specification, "Layer DiffID"), which is verified while it is unpacked.
 *
 * <p>Words: a <em>whiteout</em> says that something in a lower layer is gone; <em>opaque</em> is a directory that hides all that lower
 * layers have in it; <em>implied</em> is a directory that the archive has files in and no entry for, so that its owner and mode are
 * guessed; <em>durable</em> is a layer that a power failure does not tear any more.
 *
 * <p>An archive is written by whoever made the image, and root unpacks it: nothing in it is trusted. {@code LayerInput} bounds what the
 * tar parser may read ahead, {@code EntryPath} what names may say, {@code Parents} where they may lead, {@code LayerLimits} everything
 * else. A name is bytes, one to a char (ISO 8859-1), from the archive to the kernel; only messages and records show it otherwise.
 *
 * <p>Way of an archive: {@code LayerInput} (digest, bounds), {@code RawTar} (entries), {@code Unpacker} (files), {@code TreeWriter}
 * (what it has come to: directories' times and the list that {@code LayerCheck} later compares with).
 *
 * <p>Threads: {@link io.holdfast.keeper.layer.LayerStore} may be used by many; everything else belongs to the one that unpacks. Putting
 * and checking block.
 */
package io.holdfast.keeper.layer;
