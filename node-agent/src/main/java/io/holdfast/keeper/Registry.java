package io.holdfast.keeper;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** All sandboxes and containers that the keeper knows. Thread-safe. */
final class Registry {
    private final Map<String, Sandbox> sandboxes = new ConcurrentHashMap<>();
    private final Map<String, Container> containers = new ConcurrentHashMap<>();
    /** By sandbox and, in order, by their ids; of sandboxes that have some. */
    private final Map<String, NavigableMap<String, Container>> bySandbox = new ConcurrentHashMap<>();

    void add(Sandbox sandbox) throws RefusedException {
        if (sandboxes.size() >= Limits.MAX_SANDBOXES) {
            throw RefusedException.conflict("%d sandboxes are the most: remove one", Limits.MAX_SANDBOXES);
        }
        if (sandboxes.putIfAbsent(sandbox.id(), sandbox) != null) {
            throw RefusedException.conflict("sandbox %s is there already", sandbox.id());
        }
    }

    void add(Container container) throws RefusedException {
        if (containers.size() >= Limits.MAX_CONTAINERS) {
            throw RefusedException.conflict("%d containers are the most: remove one", Limits.MAX_CONTAINERS);
        }
        if (containers.putIfAbsent(container.id(), container) != null) {
            throw RefusedException.conflict("container %s is there already", container.id());
        }
        bySandbox.compute(container.record.sandbox(), (sandbox, some) -> {
            NavigableMap<String, Container> with = some == null ? new ConcurrentSkipListMap<>() : some;
            with.put(container.id(), container);
            return with;
        });
    }

    /** The sandbox, once it is made; one that is still being made is not there yet. */
    Sandbox sandbox(String id) throws RefusedException {
        Sandbox sandbox = sandboxes.get(id);
        if (sandbox == null || sandbox.state() == Sandbox.State.CREATING) {
            throw RefusedException.notFound("sandbox %s is not there", id);
        }
        return sandbox;
    }

    Container container(String id) throws RefusedException {
        Container container = containers.get(id);
        if (container == null || container.state() == Container.State.STARTING) {
            throw RefusedException.notFound("container %s is not there", id);
        }
        return container;
    }

    boolean has(Sandbox sandbox) {
        return sandboxes.get(sandbox.id()) == sandbox;
    }

    boolean hasSandbox(String id) {
        return sandboxes.containsKey(id);
    }

    boolean hasContainer(String id) {
        return containers.containsKey(id);
    }

    void remove(Sandbox sandbox) {
        sandboxes.remove(sandbox.id(), sandbox);
    }

    void remove(Container container) {
        if (containers.remove(container.id(), container)) {
            bySandbox.computeIfPresent(container.record.sandbox(), (sandbox, some) -> {
                some.remove(container.id());
                return some.isEmpty() ? null : some;
            });
        }
    }

    Collection<Sandbox> sandboxes() {
        return sandboxes.values().stream()
                .sorted(Comparator.comparing(Sandbox::id))
                .toList();
    }

    /** All at once, for who asks about many. */
    Map<String, List<Container>> containersBySandbox() {
        return bySandbox.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, some -> List.copyOf(some.getValue().values())));
    }

    List<Container> containersOf(Sandbox sandbox) {
        NavigableMap<String, Container> some = bySandbox.get(sandbox.id());
        return some == null ? List.of() : List.copyOf(some.values());
    }
}
