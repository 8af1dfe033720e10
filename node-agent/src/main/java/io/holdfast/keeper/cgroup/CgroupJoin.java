package io.holdfast.keeper.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a child gets into its cgroup.
 *
 * @param joinFiles files that the child writes {@code 0} to before anything else: v1's {@code tasks}
 * @param bornIn the v2 directory that {@code CLONE_INTO_CGROUP} (5.7) starts it in, on hybrid hosts too; empty where v2 is not
 *     mounted
 */
public record CgroupJoin(List<Path> joinFiles, Optional<Path> bornIn) {
    public CgroupJoin {
        joinFiles = List.copyOf(joinFiles);
    }

    /** Of the cgroup itself, one in each hierarchy that it is in. */
    public List<Path> directories() {
        return Stream.concat(joinFiles.stream().map(Path::getParent), bornIn.stream())
                .toList();
    }
}
