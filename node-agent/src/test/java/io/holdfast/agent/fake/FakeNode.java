package io.holdfast.agent.fake;

import io.holdfast.keeper.api.KeeperError;
import io.holdfast.keeper.api.Reply;
import io.holdfast.keeper.api.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A keeper's state, without processes: containers run until they are told to end. Breaking a rule of the agent's (two live
 * containers of one task, a start of what has ended) is an assertion's failure.
 */
public final class FakeNode {
    private static final class Sandbox {
        final Request.CreateSandbox request;
        final Map<String, Reply.ContainerStatus> containers = new LinkedHashMap<>();
        boolean paused;

        Sandbox(Request.CreateSandbox request) {
            this.request = request;
        }
    }

    public static final long LAYER_BYTES = 100;

    private volatile long freeBytes;
    private volatile long totalBytes;

    private final Map<String, Sandbox> sandboxes = new LinkedHashMap<>();
    private final Map<String, Boolean> layers = new LinkedHashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final Map<String, Long> endedAt = new LinkedHashMap<>();
    private Function<Request, Optional<KeeperError>> refusals = request -> Optional.empty();
    private int nextPid = 100;

    /** Requests that are refused; empty for none. */
    public synchronized void refuse(Function<Request, Optional<KeeperError>> rule) {
        refusals = rule;
    }

    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** A {@link Reply}, or a {@link KeeperError}. */
    public synchronized Object handle(Request request, long nowMillis) {
        requests.add(request);
        Optional<KeeperError> refused = refusals.apply(request);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (request instanceof Request.CreateSandbox create) {
            if (sandboxes.containsKey(create.id())) {
                return new KeeperError("conflict", "sandbox " + create.id() + " is there already");
            }
            sandboxes.put(create.id(), new Sandbox(create));
            return new Reply.Done();
        }
        if (request instanceof Request.StartContainer start) {
            return start(start, nowMillis);
        }
        if (request instanceof Request.StopContainer stop) {
            return end(stop.id(), new Reply.Exit(-1, stop.signal(), false, true, "", nowMillis))
                    ? new Reply.Done()
                    : new KeeperError("not-found", "container " + stop.id() + " is not there");
        }
        if (request instanceof Request.RemoveContainer remove) {
            sandboxes.values().forEach(sandbox -> sandbox.containers.remove(remove.id()));
            return new Reply.Done();
        }
        if (request instanceof Request.RemoveSandbox remove) {
            sandboxes.remove(remove.id());
            return new Reply.Done();
        }
        if (request instanceof Request.PauseSandbox pause) {
            return pause(pause.id(), true);
        }
        if (request instanceof Request.ResumeSandbox resume) {
            return pause(resume.id(), false);
        }
        if (request instanceof Request.Stats stats) {
            return new Reply.Stats(
                    nowMillis,
                    sandboxes.values().stream()
                            .filter(sandbox -> stats.sandboxes().contains(sandbox.request.id()))
                            .map(FakeNode::stats)
                            .toList());
        }
        if (request instanceof Request.PutLayer put) {
            // as if somebody else had brought it: nothing is sent
            layers.putIfAbsent(put.diffId(), false);
            return new Reply.LayerAwaited(true);
        }
        if (request instanceof Request.ListLayers) {
            return new Reply.Layers(
                    layers.entrySet().stream()
                            .map(layer -> new Reply.LayerStatus(layer.getKey(), LAYER_BYTES, 1, layer.getValue()))
                            .toList(),
                    freeBytes,
                    totalBytes);
        }
        if (request instanceof Request.RemoveLayers remove) {
            return remove(remove.diffIds());
        }
        if (request instanceof Request.List) {
            return new Reply.Sandboxes(list());
        }
        return new Reply.Done();
    }

    /** Of the file system that layers lie on. */
    public void disk(long free, long total) {
        freeBytes = free;
        totalBytes = total;
    }

    private Reply.LayersRemoved remove(List<String> diffIds) {
        List<String> known = diffIds.stream().filter(layers::containsKey).toList();
        List<String> used = known.stream().filter(layers::get).toList();
        List<String> removed = known.stream().filter(id -> !layers.get(id)).toList();
        layers.keySet().removeAll(removed);
        return new Reply.LayersRemoved(removed, used);
    }

    /** A layer of {@link #LAYER_BYTES}, which a container stands on or not. */
    public synchronized void layer(String diffId, boolean inUse) {
        layers.put(diffId, inUse);
    }

    public synchronized List<String> layers() {
        return List.copyOf(layers.keySet());
    }

    /** Each container has used a second of processor and has 1 MiB of 2 MiB; two have ended. */
    private static Reply.SandboxStats stats(Sandbox sandbox) {
        Reply.Usage used = new Reply.Usage(1_000_000_000, 600_000_000, 400_000_000, 1, 5_000, 7, 8, 9, 10, 1);
        Reply.Pressure pressure = new Reply.Pressure(true, new Reply.Stall(0, 0, 0, 50), new Reply.Stall(0, 0, 0, 40));
        Reply.Pressure unknown = new Reply.Pressure(false, new Reply.Stall(0, 0, 0, 0), new Reply.Stall(0, 0, 0, 0));
        List<Reply.ContainerStats> containers = sandbox.containers.values().stream()
                .filter(container -> !container.exit().ended())
                .map(container -> new Reply.ContainerStats(
                        container.id(),
                        used,
                        new Reply.MemoryUse(1 << 20, 3 << 19, 2 << 20, 1 << 19, 1 << 18, 0, 0),
                        new Reply.PidsUse(2, -1),
                        unknown,
                        pressure,
                        unknown))
                .toList();
        return new Reply.SandboxStats(
                sandbox.request.id(),
                used.plus(used).plus(used),
                List.of(
                        new Reply.NetworkInterface("lo", 99, 9, 99, 9),
                        new Reply.NetworkInterface("eth0", 11, 1, 22, 2)),
                containers);
    }

    private Object pause(String id, boolean paused) {
        Sandbox sandbox = sandboxes.get(id);
        if (sandbox == null) {
            return new KeeperError("not-found", "sandbox " + id + " is not there");
        }
        sandbox.paused = paused;
        sandbox.containers.replaceAll((key, c) -> c.exit().ended()
                ? c
                : new Reply.ContainerStatus(
                        c.id(),
                        c.sandbox(),
                        paused ? "paused" : "running",
                        c.pid(),
                        c.startedAtMillis(),
                        c.exit(),
                        c.annotations()));
        return new Reply.Done();
    }

    private Object start(Request.StartContainer start, long nowMillis) {
        Sandbox sandbox = sandboxes.get(start.sandbox());
        if (sandbox == null) {
            return new KeeperError("not-found", "sandbox " + start.sandbox() + " is not there");
        }
        String task = start.annotations().get("holdfast.task");
        for (Reply.ContainerStatus other : sandbox.containers.values()) {
            if (!other.exit().ended() && task.equals(other.annotations().get("holdfast.task"))) {
                throw new AssertionError("task " + task + " of " + start.sandbox() + " was started while it ran");
            }
        }
        if (sandbox.paused) {
            throw new AssertionError("a start in sandbox " + start.sandbox() + ", which is paused");
        }
        if (sandbox.containers.containsKey(start.id())) {
            return new KeeperError("conflict", "container " + start.id() + " is there already");
        }
        int pid = nextPid++;
        sandbox.containers.put(
                start.id(),
                new Reply.ContainerStatus(
                        start.id(), start.sandbox(), "running", pid, nowMillis, Reply.Exit.NONE, start.annotations()));
        return new Reply.Started(pid, nowMillis);
    }

    /** Ends a container that runs. False where there is no such container. */
    public synchronized boolean end(String container, Reply.Exit exit) {
        for (Sandbox sandbox : sandboxes.values()) {
            Reply.ContainerStatus c = sandbox.containers.get(container);
            if (c != null) {
                if (!c.exit().ended()) {
                    endedAt.put(container, exit.atMillis());
                    sandbox.containers.put(
                            container,
                            new Reply.ContainerStatus(
                                    c.id(), c.sandbox(), "exited", 0, c.startedAtMillis(), exit, c.annotations()));
                }
                return true;
            }
        }
        return false;
    }

    public static Reply.Exit code(int code, long atMillis) {
        return new Reply.Exit(code, 0, false, true, "", atMillis);
    }

    public synchronized List<Reply.SandboxStatus> list() {
        return sandboxes.values().stream()
                .map(s -> new Reply.SandboxStatus(
                        s.request.id(),
                        s.request.stopWhenDisconnected(),
                        s.request.annotations(),
                        List.copyOf(s.containers.values()),
                        s.paused))
                .toList();
    }

    public synchronized List<Reply.ContainerStatus> alive() {
        return list().stream()
                .flatMap(s -> s.containers().stream())
                .filter(c -> !c.exit().ended())
                .toList();
    }

    /** The machine was restarted: nothing is left. */
    public synchronized void reboot() {
        sandboxes.clear();
    }
}
