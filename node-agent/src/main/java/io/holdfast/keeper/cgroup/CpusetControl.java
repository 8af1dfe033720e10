package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The cpuset controller: the files that limit have the same names in v1 and v2. */
record CpusetControl(CgroupFiles files) implements Control {
    private static final String CPUS = "cpu.cpus";
    private static final String MEMS = "cpu.mems";

    @Override
    public List<Setting> settings(Spec.Resources limits) {
        List<Setting> settings = new ArrayList<>();
        if (!limits.cpu().cpus().isEmpty()) {
            settings.add(new Setting(CPUS, "cpuset.cpus", "", limits.cpu().cpus(), ""));
        }
        if (!limits.cpu().mems().isEmpty()) {
            settings.add(new Setting(MEMS, "cpuset.mems", "", limits.cpu().mems(), ""));
        }
        return settings;
    }

    /** v2 would take numbers that are not there, and run the container wherever its parent may. */
    @Override
    public Optional<String> refusal(Tree tree, Spec.Resources limits) throws IOException {
        Optional<String> cpus =
                refusal(CPUS, limits.cpu().cpus(), tree, "cpuset.cpus.effective", "cpuset.effective_cpus");
        return cpus.isPresent()
                ? cpus
                : refusal(MEMS, limits.cpu().mems(), tree, "cpuset.mems.effective", "cpuset.effective_mems");
    }

    private Optional<String> refusal(String field, String asked, Tree tree, String v2, String v1) throws IOException {
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        String there = files.readIfThere(tree.parent().resolve(tree.unified() ? v2 : v1))
                .orElse("");
        BitSet missing = NumberList.parse(asked);
        missing.andNot(NumberList.parse(there));
        return missing.isEmpty() || there.isEmpty()
                ? Optional.empty()
                : Optional.of("%s: %s is not among this node's %s".formatted(field, missing, there));
    }
}
