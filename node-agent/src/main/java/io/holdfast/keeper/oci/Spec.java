package io.holdfast.keeper.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Root of an OCI runtime configuration. Absent lists are empty, absent numbers 0, absent texts "". */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Spec(String ociVersion, Process process, Root root, String hostname, List<Mount> mounts, Linux linux) {

    public Spec {
        ociVersion = ociVersion == null ? "1.2.1" : ociVersion;
        root = root == null ? new Root("", false) : root;
        hostname = hostname == null ? "" : hostname;
        mounts = mounts == null ? List.of() : List.copyOf(mounts);
        linux = linux == null ? Linux.NONE : linux;
    }

    /**
     * @param args program and arguments; a program without a slash is looked for in the PATH of {@code env}
     * @param env {@code NAME=value}
     * @param noNewPrivileges on unless the job says otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Process(
            List<String> args, List<String> env, String cwd, User user, boolean noNewPrivileges, List<Rlimit> rlimits) {
        public Process {
            args = args == null ? List.of() : List.copyOf(args);
            env = env == null ? List.of() : List.copyOf(env);
            cwd = cwd == null || cwd.isEmpty() ? "/" : cwd;
            user = user == null ? new User(0, 0, List.of()) : user;
            rlimits = rlimits == null ? List.of() : List.copyOf(rlimits);
        }
    }

    public record User(int uid, int gid, List<Integer> additionalGids) {
        public User {
            additionalGids = additionalGids == null ? List.of() : List.copyOf(additionalGids);
        }
    }

    /** {@code type} as {@code RLIMIT_NOFILE}. */
    public record Rlimit(String type, long soft, long hard) {}

    public record Root(String path, boolean readonly) {
        public Root {
            path = path == null ? "" : path;
        }
    }

    public record Mount(String destination, String type, String source, List<String> options) {
        public Mount {
            options = options == null ? List.of() : List.copyOf(options);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Linux(Resources resources, List<String> maskedPaths, List<String> readonlyPaths) {
        public static final Linux NONE = new Linux(Resources.UNLIMITED, List.of(), List.of());

        public Linux {
            resources = resources == null ? Resources.UNLIMITED : resources;
            maskedPaths = maskedPaths == null ? List.of() : List.copyOf(maskedPaths);
            readonlyPaths = readonlyPaths == null ? List.of() : List.copyOf(readonlyPaths);
        }
    }

    /** Limits of the container's cgroup, in the specification's v1-flavoured names; 0 is unlimited throughout. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Resources(Memory memory, Cpu cpu, Pids pids) {
        public static final Resources UNLIMITED = new Resources(null, null, null);

        public Resources {
            memory = memory == null ? new Memory(0, 0, 0) : memory;
            cpu = cpu == null ? new Cpu(0, 0, 0) : cpu;
            pids = pids == null ? new Pids(0) : pids;
        }
    }

    /** Bytes. {@code swap} is memory plus swap, as in the specification. */
    public record Memory(long limit, long reservation, long swap) {}

    /** {@code shares} 2 to 262144; {@code quota} microseconds in each {@code period} microseconds. */
    public record Cpu(long shares, long quota, long period) {}

    public record Pids(long limit) {}
}
