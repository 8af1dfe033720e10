package io.holdfast.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * What a container costs: /bin/true of one root file system, with the same namespaces, mounts, limits, capabilities and filter of
 * system calls, by the keeper, by crun and runc, and by a C program that does nothing else.
 *
 * <p>The keeper's time runs from the request on its socket until the exit status is here, with its records written. The others' runs
 * from the spawn of their process until it has ended. They take turns, some runs each, so that all of them meet the same machine.
 *
 * <p>Needs root, crun, runc, a C compiler and a static busybox. Arguments: the {@code holdfast} command, path of busybox, runs of each
 * (300).
 */
public final class LaunchSpeed {
    private static final int TURN = 20;
    private static final int WARM_UP = 300;
    private static final int AT_ONCE = 8;
    private static final String NEW = "holdfast, new sandbox";
    private static final String SAME = "holdfast, in a sandbox";
    private static final String FLOOR = "C program";

    private LaunchSpeed() {}

    public static void main(String[] args) throws Exception {
        int runs = args.length > 2 ? Integer.parseInt(args[2]) : 300;
        try (Workbench bench = Workbench.make(Path.of(args[1]));
                BenchKeeper keeper = BenchKeeper.start(args[0], bench)) {
            for (String peer : Peers.ALL) {
                System.out.println(Peers.version(peer));
            }
            for (boolean user : new boolean[] {false, true}) {
                oneByOne(bench, keeper, user, runs);
                atOnce(bench, keeper, user, runs);
            }
        }
    }

    private static void oneByOne(Workbench bench, BenchKeeper keeper, boolean user, int runs) throws Exception {
        Peers peers = new Peers(bench, user);
        String prefix = user ? "u" : "h";
        String shared = prefix + "-shared";
        keeper.sandbox(shared, user);
        for (int i = 0; i < WARM_UP; i++) {
            keeper.runAlone(prefix + "-warm-" + i, user);
        }
        Map<String, LongStream.Builder> nanos = new LinkedHashMap<>();
        for (String name : List.of(NEW, SAME, "crun", "runc", FLOOR)) {
            nanos.put(name, LongStream.builder());
        }
        for (int done = 0; done < runs; done += TURN) {
            int turn = Math.min(TURN, runs - done);
            for (int i = 0; i < turn; i++) {
                nanos.get(NEW).add(keeper.runAlone(prefix + "-new-" + (done + i), user));
            }
            for (int i = 0; i < turn; i++) {
                String id = prefix + "-same-" + (done + i);
                nanos.get(SAME).add(keeper.run(id, shared));
                keeper.client().removeContainer(id);
            }
            for (String peer : Peers.ALL) {
                add(nanos.get(peer), peers.run(peer, turn));
            }
            add(nanos.get(FLOOR), Commands.numbers(floor(bench, user, turn)));
        }
        keeper.client().removeSandbox(shared);
        List<Figures> figures = new ArrayList<>();
        nanos.forEach((name, values) ->
                figures.add(Figures.ofNanos(name, values.build().toArray())));
        print(figures, user);
    }

    private static List<String> floor(Workbench bench, boolean user, int runs) throws Exception {
        return List.of(
                bench.floor().toString(),
                "launch",
                Integer.toString(runs),
                bench.rootfs().toString(),
                bench.directory().toString(),
                user ? "1" : "0",
                Filter.compiled(bench.directory()).toString());
    }

    private static void add(LongStream.Builder all, long[] some) {
        LongStream.of(some).forEach(all::add);
    }

    private static void print(List<Figures> figures, boolean user) {
        System.out.println("\n" + (user ? "With" : "Without") + " a user namespace, one after another:\n");
        System.out.println(Figures.header());
        figures.forEach(f -> System.out.println(f.row()));
        double crun = figures.get(2).median();
        double runc = figures.get(3).median();
        double floor = figures.get(4).median();
        System.out.printf("%n| median of | / crun (asked: 0.35) | / runc (asked: 0.12) | / C program (asked: 2) |%n");
        System.out.printf("| --- | --- | --- | --- |%n");
        for (Figures ours : figures.subList(0, 2)) {
            System.out.printf(
                    "| %s | %.2f | %.3f | %.2f |%n",
                    ours.name(), ours.median() / crun, ours.median() / runc, ours.median() / floor);
        }
    }

    /** Containers a second, all of it: made, ended and removed. */
    private static void atOnce(Workbench bench, BenchKeeper keeper, boolean user, int runs) throws Exception {
        Peers peers = new Peers(bench, user);
        System.out.printf("%n%d at once, made, ended and removed:%n%n| what | a second |%n| --- | --- |%n", AT_ONCE);
        double ours = runs * 1e9 / oursAtOnce(keeper, user, runs);
        System.out.printf("| holdfast, new sandbox | %.0f |%n", ours);
        for (String peer : Peers.ALL) {
            double theirs = runs * 1e9 / peers.runAtOnce(peer, runs, AT_ONCE);
            System.out.printf(
                    "| %s | %.0f (holdfast makes %.1f times as many%s) |%n",
                    peer, theirs, ours / theirs, peer.equals("crun") ? "; asked: 3" : "");
        }
        double floor = runs / AT_ONCE * AT_ONCE * 1e9 / floorAtOnce(floor(bench, user, runs / AT_ONCE));
        System.out.printf("| %s | %.0f (holdfast makes %.1f times as many) |%n", FLOOR, floor, ours / floor);
    }

    private static long oursAtOnce(BenchKeeper keeper, boolean user, int runs) throws Exception {
        AtomicInteger next = new AtomicInteger();
        return atOnce(() -> {
            for (int i = next.getAndIncrement(); i < runs; i = next.getAndIncrement()) {
                keeper.runAlone((user ? "u" : "h") + "-at-once-" + i, user);
            }
            return null;
        });
    }

    /** Of so many processes, each of which launches one after another. */
    private static long floorAtOnce(List<String> command) throws Exception {
        return atOnce(() -> Commands.numbers(command));
    }

    private static long atOnce(Callable<?> worker) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> all = new ArrayList<>();
            long begin = System.nanoTime();
            for (int w = 0; w < AT_ONCE; w++) {
                all.add(workers.submit(worker));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return System.nanoTime() - begin;
        } finally {
            workers.shutdownNow();
        }
    }
}
