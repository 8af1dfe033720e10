package io.holdfast.keeper;

import io.holdfast.keeper.Records.AccountRecord;
import io.holdfast.keeper.api.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the containers of one sandbox have used, in memory and on disk. Each has a line of its own, by id and start, that is
 * replaced as a whole: so an end that is recorded twice, because a keeper was killed in between, counts once. Only after the
 * container is forgotten does its line go into the sum. Thread-safe.
 */
final class Account {
    private final Path file;
    private final Map<String, Reply.Usage> kept = new TreeMap<>();
    private Reply.Usage removed = Reply.Usage.NONE;
    private List<Reply.NetworkInterface> network = List.of();
    private boolean unwritten;
    private boolean closed;

    /** Reads what is on disk. */
    Account(Path file) throws IOException {
        this.file = file;
        Records.read(file, AccountRecord.class).ifPresent(record -> {
            removed = record.removed();
            kept.putAll(record.kept());
            network = record.network();
        });
    }

    /** @param kept by line, of containers that are still known */
    record Snapshot(Reply.Usage removed, Map<String, Reply.Usage> kept, List<Reply.NetworkInterface> network) {}

    synchronized Snapshot snapshot() {
        return new Snapshot(removed, Map.copyOf(kept), network);
    }

    /** Later readings of the same line replace it and are never less. */
    synchronized void put(String line, Reply.Usage usage) {
        Reply.Usage before = kept.getOrDefault(line, Reply.Usage.NONE);
        Reply.Usage after = before.max(usage);
        if (!kept.containsKey(line) || !after.equals(before)) {
            kept.put(line, after);
            unwritten = true;
        }
    }

    synchronized Reply.Usage line(String line) {
        return kept.getOrDefault(line, Reply.Usage.NONE);
    }

    synchronized void network(List<Reply.NetworkInterface> seen) {
        if (!network.equals(seen)) {
            network = List.copyOf(seen);
            unwritten = true;
        }
    }

    /** Puts a line into the sum. */
    synchronized void fold(String line) {
        Reply.Usage usage = kept.remove(line);
        if (usage != null) {
            removed = removed.plus(usage);
            unwritten = true;
        }
    }

    /** What fails stays to be written, and is tried again with the next write. */
    synchronized void write() throws IOException {
        if (unwritten && !closed) {
            Records.write(file, new AccountRecord(removed, kept, network));
            unwritten = false;
        }
    }

    /** Its sandbox is removed: nothing is written any more. */
    synchronized void close() {
        closed = true;
    }
}
