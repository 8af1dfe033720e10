package io.holdfast.keeper.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Root of an OCI runtime configuration. Absent lists and maps are empty, absent numbers 0, absent texts "". What an absence means is
 * told where it matters: the safe default for a container of a sandbox, nothing for an exact one ({@code start-container}).
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Spec(
        String ociVersion,
        Process process,
        Root root,
        String hostname,
        String domainname,
        List<Mount> mounts,
        Hooks hooks,
        SortedMap<String, String> annotations,
        Linux linux) {

    @JsonCreator
    public Spec {
        ociVersion = ociVersion == null ? "1.2.1" : ociVersion;
        root = root == null ? new Root("", false) : root;
        hostname = hostname == null ? "" : hostname;
        domainname = domainname == null ? "" : domainname;
        mounts = listOf(mounts);
        hooks = hooks == null ? Hooks.NONE : hooks;
        annotations = mapOf(annotations);
        linux = linux == null ? Linux.NONE : linux;
    }

    /** Without domain name, hooks and annotations. */
    public Spec(String ociVersion, Process process, Root root, String hostname, List<Mount> mounts, Linux linux) {
        this(ociVersion, process, root, hostname, "", mounts, Hooks.NONE, null, linux);
    }

    public Spec withProcess(Process changed) {
        return new Spec(ociVersion, changed, root, hostname, domainname, mounts, hooks, annotations, linux);
    }

    public Spec withMounts(List<Mount> changed) {
        return new Spec(ociVersion, process, root, hostname, domainname, changed, hooks, annotations, linux);
    }

    public Spec withRoot(Root changed) {
        return new Spec(ociVersion, process, changed, hostname, domainname, mounts, hooks, annotations, linux);
    }

    public Spec withLinux(Linux changed) {
        return new Spec(ociVersion, process, root, hostname, domainname, mounts, hooks, annotations, changed);
    }

    /**
     * @param terminal whether standard input, output and error are a terminal of the container's own
     * @param args program and arguments; a program without a slash is looked for in the PATH of {@code env}
     * @param env {@code NAME=value}
     * @param capabilities what is absent is not there: {@link Capabilities#NONE} leaves the program without any
     * @param noNewPrivileges on unless the job says otherwise
     * @param apparmorProfile the name of a loaded profile; empty for the node's default where it has one
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Process(
            boolean terminal,
            ConsoleSize consoleSize,
            List<String> args,
            List<String> env,
            String cwd,
            User user,
            Capabilities capabilities,
            boolean noNewPrivileges,
            List<Rlimit> rlimits,
            String apparmorProfile,
            int oomScoreAdj) {
        @JsonCreator
        public Process {
            consoleSize = consoleSize == null ? ConsoleSize.UNSET : consoleSize;
            args = listOf(args);
            env = listOf(env);
            cwd = cwd == null || cwd.isEmpty() ? "/" : cwd;
            user = user == null ? new User(0, 0, List.of()) : user;
            // one instance for the many that have the default
            capabilities = capabilities == null
                    ? Capabilities.NONE
                    : capabilities.equals(Capabilities.DEFAULT) ? Capabilities.DEFAULT : capabilities;
            rlimits = listOf(rlimits);
            apparmorProfile = apparmorProfile == null ? "" : apparmorProfile;
        }

        /** Without a terminal and with the capabilities that Docker and containerd give. */
        public Process(
                List<String> args,
                List<String> env,
                String cwd,
                User user,
                boolean noNewPrivileges,
                List<Rlimit> rlimits) {
            this(false, null, args, env, cwd, user, Capabilities.DEFAULT, noNewPrivileges, rlimits, "", 0);
        }

        public Process withCapabilities(Capabilities changed) {
            return new Process(
                    terminal,
                    consoleSize,
                    args,
                    env,
                    cwd,
                    user,
                    changed,
                    noNewPrivileges,
                    rlimits,
                    apparmorProfile,
                    oomScoreAdj);
        }

        public Process withApparmorProfile(String changed) {
            return new Process(
                    terminal,
                    consoleSize,
                    args,
                    env,
                    cwd,
                    user,
                    capabilities,
                    noNewPrivileges,
                    rlimits,
                    changed,
                    oomScoreAdj);
        }

        /** With one more variable. */
        public Process withEnv(String variable) {
            List<String> more = new ArrayList<>(env);
            more.add(variable);
            return new Process(
                    terminal,
                    consoleSize,
                    args,
                    more,
                    cwd,
                    user,
                    capabilities,
                    noNewPrivileges,
                    rlimits,
                    apparmorProfile,
                    oomScoreAdj);
        }

        public Process withUser(User changed) {
            return new Process(
                    terminal,
                    consoleSize,
                    args,
                    env,
                    cwd,
                    changed,
                    capabilities,
                    noNewPrivileges,
                    rlimits,
                    apparmorProfile,
                    oomScoreAdj);
        }
    }

    /** In characters; 0 by 0 where it is not known. */
    public record ConsoleSize(int height, int width) {
        public static final ConsoleSize UNSET = new ConsoleSize(0, 0);
    }

    /**
     * @param username a name of the image's /etc/passwd, resolved when the container starts; it then replaces the numbers. The
     *     specification has the field for Windows only; here an image's USER travels in it
     * @param umask of the program; {@link #DEFAULT_UMASK} where it is absent
     */
    public record User(int uid, int gid, List<Integer> additionalGids, int umask, String username) {
        public static final int DEFAULT_UMASK = 022;

        @JsonCreator
        static User read(
                @JsonProperty("uid") int uid,
                @JsonProperty("gid") int gid,
                @JsonProperty("additionalGids") List<Integer> additionalGids,
                @JsonProperty("umask") Integer umask,
                @JsonProperty("username") String username) {
            return new User(uid, gid, additionalGids, umask == null ? DEFAULT_UMASK : umask, username);
        }

        public User {
            additionalGids = listOf(additionalGids);
            username = username == null ? "" : username;
        }

        public User(int uid, int gid, List<Integer> additionalGids) {
            this(uid, gid, additionalGids, DEFAULT_UMASK, "");
        }
    }

    /** Sets of names such as {@code CAP_CHOWN}; see capabilities(7). */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Capabilities(
            List<String> bounding,
            List<String> effective,
            List<String> inheritable,
            List<String> permitted,
            List<String> ambient) {
        public static final Capabilities NONE = new Capabilities(null, null, null, null, null);

        /** The 14 of Docker and containerd. Inheritable (CVE-2022-29162) and ambient stay empty. */
        public static final Capabilities DEFAULT = of(List.of(
                "CAP_CHOWN",
                "CAP_DAC_OVERRIDE",
                "CAP_FSETID",
                "CAP_FOWNER",
                "CAP_MKNOD",
                "CAP_NET_RAW",
                "CAP_SETGID",
                "CAP_SETUID",
                "CAP_SETFCAP",
                "CAP_SETPCAP",
                "CAP_NET_BIND_SERVICE",
                "CAP_SYS_CHROOT",
                "CAP_KILL",
                "CAP_AUDIT_WRITE"));

        public Capabilities {
            bounding = listOf(bounding);
            effective = listOf(effective);
            inheritable = listOf(inheritable);
            permitted = listOf(permitted);
            ambient = listOf(ambient);
        }

        /** In the bounding, permitted and effective sets. */
        public static Capabilities of(List<String> names) {
            return new Capabilities(names, names, List.of(), names, List.of());
        }
    }

    /** {@code type} as {@code RLIMIT_NOFILE}. */
    public record Rlimit(
            String type,
            @JsonDeserialize(using = Unsigned.class) long soft,
            @JsonDeserialize(using = Unsigned.class) long hard) {}

    public record Root(String path, boolean readonly) {
        public Root {
            path = path == null ? "" : path;
        }
    }

    public record Mount(
            String destination,
            String type,
            String source,
            List<String> options,
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings) {
        @JsonCreator
        public Mount {
            options = listOf(options);
            uidMappings = listOf(uidMappings);
            gidMappings = listOf(gidMappings);
        }

        public Mount(String destination, String type, String source, List<String> options) {
            this(destination, type, source, options, List.of(), List.of());
        }
    }

    /** Programs of the host that are run around a container's life; only of exact containers. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Hooks(
            List<Hook> prestart,
            List<Hook> createRuntime,
            List<Hook> createContainer,
            List<Hook> startContainer,
            List<Hook> poststart,
            List<Hook> poststop) {
        public static final Hooks NONE = new Hooks(null, null, null, null, null, null);

        public Hooks {
            prestart = listOf(prestart);
            createRuntime = listOf(createRuntime);
            createContainer = listOf(createContainer);
            startContainer = listOf(startContainer);
            poststart = listOf(poststart);
            poststop = listOf(poststop);
        }
    }

    /** {@code timeout} in seconds, 0 for the keeper's own bound. */
    public record Hook(String path, List<String> args, List<String> env, int timeout) {
        public Hook {
            args = listOf(args);
            env = listOf(env);
        }
    }

    /**
     * @param namespaces for an exact container: the namespaces it has of its own (no path) or joins (path). Those of a container of
     *     a sandbox are the sandbox's
     * @param seccomp {@link Seccomp#NONE} for the node's default profile, or for none in an exact container
     * @param sysctl names in dots; only those of the container's own namespaces
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Linux(
            List<Namespace> namespaces,
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings,
            List<Device> devices,
            String cgroupsPath,
            Resources resources,
            String rootfsPropagation,
            Seccomp seccomp,
            SortedMap<String, String> sysctl,
            List<String> maskedPaths,
            List<String> readonlyPaths) {
        public static final Linux NONE = new Linux(Resources.UNLIMITED, List.of(), List.of());

        @JsonCreator
        public Linux {
            namespaces = listOf(namespaces);
            uidMappings = listOf(uidMappings);
            gidMappings = listOf(gidMappings);
            devices = listOf(devices);
            cgroupsPath = cgroupsPath == null ? "" : cgroupsPath;
            resources = resources == null ? Resources.UNLIMITED : resources;
            rootfsPropagation = rootfsPropagation == null ? "" : rootfsPropagation;
            seccomp = seccomp == null ? Seccomp.NONE : seccomp;
            sysctl = mapOf(sysctl);
            maskedPaths = listOf(maskedPaths);
            readonlyPaths = listOf(readonlyPaths);
        }

        public Linux(Resources resources, List<String> maskedPaths, List<String> readonlyPaths) {
            this(null, null, null, null, "", resources, "", null, null, maskedPaths, readonlyPaths);
        }

        public Linux withDevices(List<Device> changed, List<DeviceRule> rules) {
            return new Linux(
                    namespaces,
                    uidMappings,
                    gidMappings,
                    changed,
                    cgroupsPath,
                    resources.withDevices(rules),
                    rootfsPropagation,
                    seccomp,
                    sysctl,
                    maskedPaths,
                    readonlyPaths);
        }

        public Linux withResources(Resources changed) {
            return new Linux(
                    namespaces,
                    uidMappings,
                    gidMappings,
                    devices,
                    cgroupsPath,
                    changed,
                    rootfsPropagation,
                    seccomp,
                    sysctl,
                    maskedPaths,
                    readonlyPaths);
        }
    }

    /** {@code type}: pid, network, mount, ipc, uts, user, cgroup, time. An empty path for a new one. */
    public record Namespace(String type, String path) {
        public Namespace {
            path = path == null ? "" : path;
        }
    }

    public record IdMapping(
            @JsonProperty("containerID") long containerId,
            @JsonProperty("hostID") long hostId,
            long size) {}

    /** {@code type}: c, b, u or p; {@code fileMode} with the permission bits. */
    public record Device(String type, String path, int major, int minor, int fileMode, int uid, int gid) {
        public static final int DEFAULT_MODE = 0666;

        @JsonCreator
        static Device read(
                @JsonProperty("type") String type,
                @JsonProperty("path") String path,
                @JsonProperty("major") int major,
                @JsonProperty("minor") int minor,
                @JsonProperty("fileMode") Integer fileMode,
                @JsonProperty("uid") int uid,
                @JsonProperty("gid") int gid) {
            return new Device(type, path, major, minor, fileMode == null ? DEFAULT_MODE : fileMode, uid, gid);
        }
    }

    /** A filter of system calls, as the specification and libseccomp write it. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Seccomp(
            String defaultAction,
            int defaultErrnoRet,
            List<String> architectures,
            List<String> flags,
            List<SyscallRule> syscalls) {
        public static final Seccomp NONE = new Seccomp("", 0, null, null, null);

        public Seccomp {
            defaultAction = defaultAction == null ? "" : defaultAction;
            architectures = listOf(architectures);
            flags = listOf(flags);
            syscalls = listOf(syscalls);
        }
    }

    /** The rule for some calls; several conditions must all hold. {@code errnoRet} 0 is EPERM. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record SyscallRule(List<String> names, String action, int errnoRet, List<SyscallArg> args) {
        public SyscallRule {
            names = listOf(names);
            action = action == null ? "" : action;
            args = listOf(args);
        }
    }

    /** {@code op} as {@code SCMP_CMP_EQ}; for {@code SCMP_CMP_MASKED_EQ} {@code value} is the mask, {@code valueTwo} the value. */
    public record SyscallArg(
            int index,
            @JsonDeserialize(using = Unsigned.class) long value,
            @JsonDeserialize(using = Unsigned.class) long valueTwo,
            String op) {}

    /** Limits of the container's cgroup, in the specification's v1-flavoured names; 0 is unlimited throughout. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Resources(
            Memory memory,
            Cpu cpu,
            Pids pids,
            @JsonProperty("blockIO") BlockIo blockIo,
            List<DeviceRule> devices,
            SortedMap<String, String> unified) {
        public static final Resources UNLIMITED = new Resources(null, null, null);

        @JsonCreator
        public Resources {
            memory = memory == null ? new Memory(0, 0, 0) : memory;
            cpu = cpu == null ? new Cpu(0, 0, 0) : cpu;
            pids = pids == null ? new Pids(0) : pids;
            blockIo = blockIo == null ? BlockIo.UNLIMITED : blockIo;
            devices = listOf(devices);
            unified = mapOf(unified);
        }

        public Resources withDevices(List<DeviceRule> changed) {
            return new Resources(memory, cpu, pids, blockIo, changed, unified);
        }

        public Resources(Memory memory, Cpu cpu, Pids pids) {
            this(memory, cpu, pids, null, null, null);
        }
    }

    /** Bytes. {@code swap} is memory plus swap, as in the specification; -1 is without limit. */
    public record Memory(long limit, long reservation, long swap) {}

    /**
     * {@code shares} 2 to 262144; {@code quota} microseconds in each {@code period} microseconds; {@code cpus} and {@code mems} as
     * lists like {@code 0-3,8}.
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Cpu(long shares, long quota, long period, String cpus, String mems) {
        @JsonCreator
        public Cpu {
            cpus = cpus == null ? "" : cpus;
            mems = mems == null ? "" : mems;
        }

        public Cpu(long shares, long quota, long period) {
            this(shares, quota, period, "", "");
        }
    }

    public record Pids(long limit) {}

    /** {@code weight} 10 to 1000; rates in bytes or operations a second. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record BlockIo(
            int weight,
            List<Throttle> throttleReadBpsDevice,
            List<Throttle> throttleWriteBpsDevice,
            @JsonProperty("throttleReadIOPSDevice") List<Throttle> throttleReadIopsDevice,
            @JsonProperty("throttleWriteIOPSDevice") List<Throttle> throttleWriteIopsDevice) {
        public static final BlockIo UNLIMITED = new BlockIo(0, null, null, null, null);

        public BlockIo {
            throttleReadBpsDevice = listOf(throttleReadBpsDevice);
            throttleWriteBpsDevice = listOf(throttleWriteBpsDevice);
            throttleReadIopsDevice = listOf(throttleReadIopsDevice);
            throttleWriteIopsDevice = listOf(throttleWriteIopsDevice);
        }
    }

    public record Throttle(int major, int minor, long rate) {}

    /** {@code type}: a, c or b; {@code access} of r, w, m. {@link #ALL} for all numbers. */
    public record DeviceRule(boolean allow, String type, int major, int minor, String access) {
        public static final int ALL = -1;

        @JsonCreator
        static DeviceRule read(
                @JsonProperty("allow") boolean allow,
                @JsonProperty("type") String type,
                @JsonProperty("major") Integer major,
                @JsonProperty("minor") Integer minor,
                @JsonProperty("access") String access) {
            return new DeviceRule(allow, type, major == null ? ALL : major, minor == null ? ALL : minor, access);
        }

        public DeviceRule {
            type = type == null ? "a" : type;
            access = access == null ? "rwm" : access;
        }
    }

    private static <T> List<T> listOf(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }

    /** Sorted, so that a specification has one text. */
    private static SortedMap<String, String> mapOf(Map<String, String> given) {
        return Collections.unmodifiableSortedMap(given == null ? new TreeMap<>() : new TreeMap<>(given));
    }
}
