package io.holdfast.keeper.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a child gets into its cgroup.
 *
 * @param joinFiles files that the child writes {@code 0} to before anything else (v1 {@code tasks}, v2 {@code cgroup.procs}
 *     on hybrid hosts)
 * @param bornIn the v2 directory that {@code CLONE_INTO_CGROUP} starts it in; empty where v2 has no controllers
 */
public record CgroupJoin(List<Path> joinFiles, Optional<Path> bornIn) {
    public CgroupJoin {
        joinFiles = List.copyOf(joinFiles);
    }
}
