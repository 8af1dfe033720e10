package io.holdfast.keeper;

import io.holdfast.keeper.Records.LeaseRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The lease of the node, as far as the keeper was told: until when sandboxes that stop when disconnected may run. One for
 * all, on the boot-time clock, on disk before it is acted on. Thread-safe.
 */
final class Deadlines {
    private final Path file;
    private final String bootId;
    private final KeeperClock clock;

    private boolean known;
    private long deadlineNanos;

    /** Reads what an earlier keeper of this boot was told. */
    Deadlines(Path file, String bootId, KeeperClock clock) throws IOException {
        this.file = file;
        this.bootId = bootId;
        this.clock = clock;
        Optional<LeaseRecord> record = Records.read(file, LeaseRecord.class)
                .filter(lease -> lease.bootId().equals(bootId));
        known = record.isPresent();
        deadlineNanos = record.map(LeaseRecord::deadlineBootNanos).orElse(0L);
    }

    synchronized void renew(long ttlMillis) throws IOException {
        long next = clock.bootNanos() + TimeUnit.MILLISECONDS.toNanos(ttlMillis);
        Records.write(file, new LeaseRecord(bootId, next));
        known = true;
        deadlineNanos = next;
    }

    /** A sandbox that stops when disconnected is to be made or started in: refused once the lease has passed. */
    synchronized void admit() throws IOException, RefusedException {
        if (!known) {
            renew(Limits.FIRST_LEASE_MILLIS);
        }
        if (passed()) {
            throw RefusedException.conflict("the node's lease has passed: renew it first");
        }
    }

    /** Sandboxes of an earlier keeper run, and its lease is not there: they get no time that nobody gave them. */
    synchronized void assumePassedWhenUnknown() {
        if (!known) {
            known = true;
            deadlineNanos = clock.bootNanos();
        }
    }

    synchronized boolean passed() {
        return known && clock.bootNanos() - deadlineNanos >= 0;
    }
}
