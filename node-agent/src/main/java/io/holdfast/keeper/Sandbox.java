package io.holdfast.keeper;

import io.holdfast.keeper.Records.SandboxRecord;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Namespaces;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A sandbox that is known to the keeper. */
final class Sandbox {

    enum State {
        /** Its namespaces and cgroup are being made; nobody else sees it yet. */
        CREATING,
        /** Containers may be started in it. */
        READY,
        /** A reboot took its namespaces; its containers' results are still there to be read. */
        VOID,
        /** It is being removed; nothing may be started in it any more. */
        REMOVING
    }

    final SandboxRecord record;

    /** Starts of containers share it, the removal has it alone: so nothing is started into what is being removed. */
    final ReadWriteLock life = new ReentrantReadWriteLock();

    private volatile State state;
    private volatile boolean paused;

    Sandbox(SandboxRecord record, State state) {
        this.record = record;
        this.state = state;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    /** Whether nothing may be started in it until it is resumed. */
    boolean paused() {
        return paused;
    }

    void paused(boolean now) {
        paused = now;
    }

    String id() {
        return record.id();
    }

    Namespaces namespaces() {
        if (!record.namespaces().isEmpty()) {
            return Namespaces.of(record.namespaces(), Namespaces.NEW);
        }
        Map<String, String> named = new HashMap<>();
        named.put("user", record.userNamespace() ? Namespaces.NEW : Namespaces.HOST);
        named.put("net", record.network().equals("host") ? Namespaces.HOST : Namespaces.NEW);
        return Namespaces.of(named, Namespaces.NEW);
    }

    IdRange ids() {
        return record.userNamespace() ? new IdRange(record.idRangeFirst()) : IdRange.HOST;
    }
}
