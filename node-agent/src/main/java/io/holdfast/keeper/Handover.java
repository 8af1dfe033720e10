package io.holdfast.keeper;

import io.holdfast.keeper.Records.HandoverRecord;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.SelfExec;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Descriptors that a keeper and its new self pass on, by name. Some things live only as long as somebody has them open: a lock,
 * what stands in a pipe whose container ends just now, a terminal. Thread-safe.
 */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    /** Of the socket's listener, which is passed on as descriptor 0: the only one that the JDK takes over. */
    static final String LISTENER = "listener";

    private final Layout layout;
    private final String bootId;
    private final Syscalls syscalls;
    private final Map<String, Integer> inherited;
    private final Map<String, Integer> leaving = new TreeMap<>();
    private boolean isLeaving;

    private Handover(Layout layout, String bootId, Syscalls syscalls, Map<String, Integer> inherited) {
        this.layout = layout;
        this.bootId = bootId;
        this.syscalls = syscalls;
        this.inherited = new HashMap<>(inherited);
    }

    /** What this very process left for itself; nothing where it has not just executed itself. */
    static Handover open(Layout layout, String bootId, Syscalls syscalls) throws IOException {
        HandoverRecord mine = new HandoverRecord(bootId, syscalls.pid(), startTime(syscalls), Map.of());
        Map<String, Integer> descriptors = Records.read(layout.handover(), HandoverRecord.class)
                .filter(left -> left.bootId().equals(mine.bootId())
                        && left.pid() == mine.pid()
                        && left.startTimeTicks() == mine.startTimeTicks())
                .map(HandoverRecord::descriptors)
                .orElse(Map.of());
        SelfExec self = new SelfExec(syscalls);
        for (int fd : descriptors.values()) {
            if (fd > 2) {
                self.keepToSelf(fd);
            }
        }
        return new Handover(layout, bootId, syscalls, descriptors);
    }

    private static long startTime(Syscalls syscalls) throws ErrnoException {
        return ProcessTable.stat(syscalls.pid())
                .map(ProcessTable.Stat::startTimeTicks)
                .orElse(0L);
    }

    /** One that was handed over: the caller's from now on, to close or to hand on. */
    synchronized OptionalInt take(String name) {
        Integer fd = inherited.remove(name);
        return fd == null ? OptionalInt.empty() : OptionalInt.of(fd);
    }

    /** The record has served. Once the directory is locked: it may be another keeper's before. */
    void forgetRecord() throws IOException {
        Files.deleteIfExists(layout.handover());
    }

    /** Closes what nobody has taken: everything has been opened anew. */
    synchronized void closeRest() {
        close(inherited.values());
        inherited.clear();
    }

    /** From now on what is closed is left open instead, where it must be. */
    synchronized void begin() {
        isLeaving = true;
    }

    synchronized boolean isLeaving() {
        return isLeaving;
    }

    /** To be left open for the new self. */
    synchronized void leave(String name, int fd) {
        leaving.put(name, fd);
    }

    /** On disk, as the last thing before the new self is executed. */
    synchronized void write() throws IOException {
        Records.write(
                layout.handover(),
                new HandoverRecord(bootId, syscalls.pid(), startTime(syscalls), Map.copyOf(leaving)));
    }

    synchronized List<Integer> left() {
        return leaving.values().stream().filter(fd -> fd > 2).toList();
    }

    /** Closes these; what cannot be is told. */
    void close(Collection<Integer> descriptors) {
        for (int fd : descriptors) {
            try {
                syscalls.close(fd);
            } catch (ErrnoException e) {
                LOG.warn("a descriptor that was handed over cannot be closed: {}", e.getMessage());
            }
        }
    }
}
