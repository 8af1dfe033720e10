package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Measures launches of /bin/true: from the call to the executed program, and to its end. Run it as root from the test class path;
 * arguments: rounds (default 200).
 */
final class LaunchTiming {
    private static final int WARM_UP = 100;

    private LaunchTiming() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        try (LaunchFixture fixture = new LaunchFixture()) {
            SandboxPlan sandbox = fixture.sandbox("private", LaunchFixture.IDS);
            measure(fixture, sandbox, WARM_UP);
            long[][] micros = measure(fixture, sandbox, rounds);
            print("launch of /bin/true until it is executed", micros[0]);
            print("launch of /bin/true until its end is known", micros[1]);
            long[] made = new long[rounds];
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                fixture.sandbox("private", LaunchFixture.IDS);
                made[i] = (System.nanoTime() - start) / 1000;
            }
            print("sandbox made", made);
        }
    }

    private static long[][] measure(LaunchFixture fixture, SandboxPlan sandbox, int rounds) throws Exception {
        long[][] micros = new long[2][rounds];
        Spec spec = LaunchFixture.spec("/bin/true");
        Path output = Path.of("/dev/null");
        for (int i = 0; i < rounds; i++) {
            Path work = fixture.workDirectory();
            try (TestCgroup cgroup = new TestCgroup()) {
                long start = System.nanoTime();
                Launched launched = fixture.launch(sandbox, "host", spec, cgroup.join(), output, work);
                micros[0][i] = (System.nanoTime() - start) / 1000;
                ChildExit exit = fixture.syscalls().waitFor(launched.pid());
                micros[1][i] = (System.nanoTime() - start) / 1000;
                if (exit.code() != 0) {
                    throw new IllegalStateException("ended with " + exit);
                }
            }
            LaunchFixture.delete(work);
        }
        return micros;
    }

    private static void print(String what, long[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                "%s: median %d us, min %d us, p99 %d us of %d%n",
                what, micros[micros.length / 2], micros[0], micros[micros.length * 99 / 100], micros.length);
    }
}
