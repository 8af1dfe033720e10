package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How readily the kernel kills a container's processes for memory: {@code oom_score_adj}, see proc_pid_oom_score_adj(5). Written from
 * outside, after the program has been executed: before that the value is the keeper's, too.
 */
final class OomScore {
    private static final int MOST = 1000;

    private final int own;

    private OomScore(int own) {
        this.own = own;
    }

    static OomScore read() throws IOException {
        return new OomScore(Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).trim()));
    }

    /** @throws LaunchException for a container that the kernel would spare longer than its keeper */
    void check(Spec.Process process) throws LaunchException {
        int asked = process.oomScoreAdj();
        if (asked > MOST || asked < -MOST) {
            throw refused(asked + " is not between -1000 and 1000");
        }
        if (asked < 0 && asked < own) {
            throw refused(asked + " is below the keeper's own (" + own
                    + "): the kernel would kill the keeper first; lower that one (OOMScoreAdjust= of its unit)");
        }
    }

    private static LaunchException refused(String why) {
        return new LaunchException("process.oomScoreAdj", Errno.EINVAL, "process.oomScoreAdj: " + why);
    }

    /** A program that has ended meanwhile is fine. */
    void apply(int pid, Spec.Process process) throws LaunchException {
        int asked = process.oomScoreAdj();
        if (asked == own || asked == 0 && own > 0) {
            // a keeper that is killed readily need not be able to raise others above itself
            return;
        }
        try {
            Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), Integer.toString(asked));
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/" + pid + "/oom_score_adj"))) {
                throw new LaunchException("oom_score_adj", 0, "process.oomScoreAdj: " + e.getMessage());
            }
        }
    }
}
