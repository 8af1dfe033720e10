package io.holdfast.benchmarks;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.seccomp.Filters;
import io.holdfast.keeper.seccomp.OciWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The filter of system calls that every contestant loads: the keeper's default profile. */
final class Filter {
    private static final List<String> CAPABILITIES = Spec.Capabilities.DEFAULT.bounding();

    private Filter() {}

    static Spec.Seccomp profile() {
        return OciWriter.defaultProfile(CAPABILITIES);
    }

    /** The compiled filter in a file for the C program. */
    static Path compiled(Path directory) throws IOException, LaunchException {
        Spec.Process process = new Spec.Process(List.of("true"), List.of(), "/", null, true, List.of());
        Memory code = new Filters(Arch.current())
                .of(new Spec(null, process, null, "", List.of(), null), false)
                .orElseThrow()
                .code();
        byte[] bytes = new byte[code.sizeBytes()];
        code.getBytes(0, bytes, 0, bytes.length);
        return Files.write(directory.resolve("filter.bpf"), bytes);
    }
}
