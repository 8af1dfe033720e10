package io.holdfast.testkit;

import io.holdfast.model.IdSource;
import java.util.concurrent.atomic.AtomicLong;

/** Ids that a test can foresee: {@code alloc-1}, {@code alloc-2}, and so on. */
public final class CountingIds implements IdSource {
    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    public CountingIds(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public String next() {
        return prefix + "-" + count.incrementAndGet();
    }
}
