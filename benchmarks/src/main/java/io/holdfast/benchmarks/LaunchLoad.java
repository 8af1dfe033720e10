package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether launches stay as fast after many of them and beside many containers that run, and what a running container costs in memory.
 *
 * <p>Needs root, a C compiler and a static busybox. Arguments: the {@code holdfast} command, path of busybox, launches (10000),
 * containers that run (500).
 */
public final class LaunchLoad {
    private static final int BLOCK = 1_000;
    private static final int SAMPLES = 500;
    private static final int PEER_SAMPLES = 100;
    private static final int WARM_UP = 500;
    private static final String PEER = "crun";
    private static final List<String> KERNEL_FIELDS =
            List.of("Slab", "KernelStack", "PageTables", "Percpu", "VmallocUsed");

    private LaunchLoad() {}

    public static void main(String[] args) throws Exception {
        int launches = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
        int running = args.length > 3 ? Integer.parseInt(args[3]) : 500;
        try (Workbench bench = Workbench.make(Path.of(args[1]));
                BenchKeeper keeper = BenchKeeper.start(args[0], bench)) {
            Peers peers = new Peers(bench, true);
            for (int i = 0; i < WARM_UP; i++) {
                keeper.runAlone("warm-" + i, true);
            }
            many(keeper, launches);
            beside(keeper, peers, running);
        }
    }

    private static void many(BenchKeeper keeper, int launches) throws Exception {
        System.out.printf("Launches one after another, with a user namespace:%n%n%s%n", Figures.header());
        double first = 0;
        double last = 0;
        for (int done = 0; done < launches; done += BLOCK) {
            int count = Math.min(BLOCK, launches - done);
            Figures figures = sample(keeper, "launches " + (done + 1) + " to " + (done + count), "many-" + done, count);
            System.out.println(figures.row());
            first = first == 0 ? figures.median() : first;
            last = figures.median();
        }
        System.out.printf("%nlast / first: %.2f%n", last / first);
    }

    private static void beside(BenchKeeper keeper, Peers peers, int running) throws Exception {
        Figures alone = sample(keeper, "launches beside none", "alone", SAMPLES);
        Figures peerAlone = Figures.ofNanos(PEER + " beside none", peers.run(PEER, PEER_SAMPLES));
        long pssBefore = restedPssKib(keeper);
        long kernelBefore = kernelKib();
        for (int i = 0; i < running; i++) {
            keeper.sandbox("running-" + i, true);
            keeper.start("running-" + i, "running-" + i, "/bin/sleep", "100000");
        }
        long pssAfter = restedPssKib(keeper);
        long kernelAfter = kernelKib();
        Figures among = sample(keeper, "launches beside " + running + " that run", "among", SAMPLES);
        Figures peerAmong = Figures.ofNanos(PEER + " beside " + running + " that run", peers.run(PEER, PEER_SAMPLES));
        System.out.printf("%n%s%n", Figures.header());
        for (Figures figures : List.of(alone, among, peerAlone, peerAmong)) {
            System.out.println(figures.row());
        }
        System.out.printf(
                "%nbeside / alone: %.2f; of %s: %.2f%n",
                among.median() / alone.median(), PEER, peerAmong.median() / peerAlone.median());
        System.out.printf("%n| memory | KiB for each of %d running containers |%n| --- | --- |%n", running);
        System.out.printf("| keeper, PSS (asked: 64) | %.1f |%n", (pssAfter - pssBefore) / (double) running);
        System.out.printf("| kernel | %.1f |%n", (kernelAfter - kernelBefore) / (double) running);
        for (int i = 0; i < running; i++) {
            keeper.client().removeSandbox("running-" + i);
        }
    }

    private static Figures sample(BenchKeeper keeper, String name, String prefix, int count) throws Exception {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            nanos[i] = keeper.runAlone(prefix + "-" + i, true);
        }
        return Figures.ofNanos(name, nanos);
    }

    /** After a collection: garbage that waits for one is not what a container costs. */
    private static long restedPssKib(BenchKeeper keeper) throws IOException, InterruptedException {
        Commands.run(List.of("jcmd", Long.toString(keeper.pid()), "GC.run"));
        return Footprint.pssKib(keeper.pid());
    }

    private static long kernelKib() throws IOException {
        long sum = 0;
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            String[] parts = line.split(":?\\s+");
            if (KERNEL_FIELDS.contains(parts[0])) {
                sum += Long.parseLong(parts[1]);
            }
        }
        return sum;
    }
}
