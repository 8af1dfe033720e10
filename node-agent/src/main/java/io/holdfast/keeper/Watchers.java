package io.holdfast.keeper;

import io.holdfast.keeper.api.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who is told events. Thread-safe; a watcher must not block. */
final class Watchers {
    private final List<Consumer<Event>> watchers = new CopyOnWriteArrayList<>();

    void add(Consumer<Event> watcher) {
        watchers.add(watcher);
    }

    void remove(Consumer<Event> watcher) {
        watchers.remove(watcher);
    }

    void tell(Event event) {
        watchers.forEach(watcher -> watcher.accept(event));
    }
}
