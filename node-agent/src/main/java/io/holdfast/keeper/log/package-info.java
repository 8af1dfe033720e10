/**
 * From a container's FIFOs to bounded files.
 *
 * <p>A <em>stream</em> is {@code stdout} or {@code stderr} of one container. It is kept in <em>segments</em>: files named by
 * the offset of their first byte since the container's start, so that the directory alone says what is kept and where the
 * stream stands. The oldest segment goes when the bound is reached. Beside each segment stand <em>marks</em>: from this offset on,
 * bytes left the pipe at this time ({@code TimeMarks}).
 *
 * <p>Bytes go from FIFO to file by splice(2): they leave the pipe in the same call that puts them into the file, so a keeper
 * that is killed at any moment loses none and doubles none. The container's ends are opened read-write: without a keeper
 * they fill and block, but never break. What stands in a pipe is gone with the last that has it open, so a drainer can {@linkplain
 * io.holdfast.keeper.log.LogDrainer#leave leave} its ends to a successor.
 *
 * <p>Threads: one, the {@link io.holdfast.keeper.log.LogDrainer}'s, moves all streams of the node. Reading happens on the
 * callers' threads.
 */
package io.holdfast.keeper.log;
