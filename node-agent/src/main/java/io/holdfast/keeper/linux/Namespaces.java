package io.holdfast.keeper.linux;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where each namespace of a container comes from: {@link #NEW}, {@link #HOST}, or the absolute path of one to join. User, net, ipc
 * and uts are made with the sandbox and shared by its containers; pid, mount and cgroup are made anew for each.
 */
public record Namespaces(String user, String net, String ipc, String uts, String pid, String mount, String cgroup) {
    public static final String NEW = "new";
    public static final String HOST = "host";

    /** The types that {@link #of} knows, as below /proc/PID/ns. */
    public static final List<String> TYPES = List.of("user", "net", "ipc", "uts", "pid", "mnt", "cgroup");

    /** All of the container's own. */
    public static final Namespaces ALL_NEW = new Namespaces(NEW, NEW, NEW, NEW, NEW, NEW, NEW);

    /** @param named by type; the others are as {@code absent} says */
    public static Namespaces of(Map<String, String> named, String absent) {
        return new Namespaces(
                named.getOrDefault("user", absent),
                named.getOrDefault("net", absent),
                named.getOrDefault("ipc", absent),
                named.getOrDefault("uts", absent),
                named.getOrDefault("pid", absent),
                named.getOrDefault("mnt", absent),
                named.getOrDefault("cgroup", absent));
    }

    /** As a sandbox without further words has them. */
    static Namespaces of(String network, Launcher.IdRange ids) {
        return new Namespaces(
                ids.equals(Launcher.IdRange.HOST) ? HOST : NEW,
                network.equals("host") ? HOST : NEW,
                NEW,
                NEW,
                NEW,
                NEW,
                NEW);
    }

    public String get(String type) {
        return switch (type) {
            case "user" -> user;
            case "net" -> net;
            case "ipc" -> ipc;
            case "uts" -> uts;
            case "pid" -> pid;
            case "mnt" -> mount;
            case "cgroup" -> cgroup;
            default -> throw new IllegalArgumentException("namespace type " + type);
        };
    }

    public Collection<String> all() {
        return TYPES.stream().map(this::get).toList();
    }

    public static boolean isNew(String kind) {
        return kind.equals(NEW);
    }

    public static boolean isPath(String kind) {
        return kind.startsWith("/");
    }

    public boolean hasUser() {
        return !user.equals(HOST);
    }
}
