package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Namespaces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a client says of a sandbox's namespaces, as the launcher understands it: containers resolved to paths, ids to ranges. */
final class SandboxNamespaces {
    private static final String CONTAINER = "container:";
    private static final List<String> OWNED = List.of("pid", "ipc");

    private final Core core;

    SandboxNamespaces(Core core) {
        this.core = core;
    }

    /**
     * @param byType empty where the request names none
     * @param ownsIds whether a new range of ids is needed
     * @param joinedIds the range of a user namespace that is joined; {@link IdRange#HOST} for none
     */
    record Resolved(Map<String, String> byType, boolean ownsIds, IdRange joinedIds) {
        boolean hasUser() {
            return ownsIds || !joinedIds.equals(IdRange.HOST);
        }
    }

    Resolved resolve(Request.CreateSandbox request) throws RefusedException {
        if (request.namespaces().isEmpty()) {
            return new Resolved(Map.of(), request.userNamespace(), IdRange.HOST);
        }
        Map<String, String> named = new TreeMap<>();
        named.put("user", request.userNamespace() ? Namespaces.NEW : Namespaces.HOST);
        named.put("net", request.network().equals("host") ? Namespaces.HOST : Namespaces.NEW);
        IdRange joinedIds = IdRange.HOST;
        for (Map.Entry<String, String> entry : request.namespaces().entrySet()) {
            String type = entry.getKey();
            String kind = entry.getValue();
            if (!Namespaces.TYPES.contains(type) || type.equals("mnt")) {
                throw RefusedException.badRequest(
                        "namespaces: type %s is none of user, net, ipc, uts, pid, cgroup", type);
            }
            if (kind != null && kind.startsWith(CONTAINER)) {
                Container container = core.registry().container(kind.substring(CONTAINER.length()));
                if (type.equals("user")) {
                    joinedIds =
                            core.registry().sandbox(container.record.sandbox()).ids();
                }
                kind = pathOf(type, container);
            }
            boolean path = kind != null && Namespaces.isPath(kind);
            if (path && type.equals("user") && joinedIds.equals(IdRange.HOST)) {
                throw RefusedException.unsupported(
                        "namespaces.user: a user namespace is joined as container:ID, whose ids are known, not by path");
            }
            if (!path && !Namespaces.NEW.equals(kind) && !Namespaces.HOST.equals(kind)) {
                throw RefusedException.badRequest(
                        "namespaces.%s: %s is none of new, host, container:ID or an absolute path", type, kind);
            }
            core.policy().checkNamespace(type, entry.getValue());
            named.put(type, kind);
        }
        boolean newUser = named.get("user").equals(Namespaces.NEW);
        for (String type : OWNED) {
            // /proc and /dev/mqueue show these, and only their owner may mount them
            if (newUser && !Namespaces.NEW.equals(named.getOrDefault(type, Namespaces.NEW))) {
                throw RefusedException.unsupported(
                        "namespaces.%s %s needs the user namespace that it belongs to: say the same of namespaces.user",
                        type, request.namespaces().get(type));
            }
        }
        return new Resolved(named, named.get("user").equals(Namespaces.NEW), joinedIds);
    }

    /** The sandbox's pin, which outlives its processes; or the process's own namespace. */
    private String pathOf(String type, Container container) throws RefusedException {
        Sandbox sandbox = core.registry().sandbox(container.record.sandbox());
        String kind = sandbox.namespaces().get(type);
        if (kind.equals(Namespaces.HOST)) {
            return kind;
        }
        if (type.equals("pid") || type.equals("cgroup")) {
            int pid = container.isLive() ? container.process().pid() : 0;
            Optional<ProcessTable.Stat> stat = pid == 0 ? Optional.empty() : ProcessTable.stat(pid);
            if (stat.isEmpty()
                    || stat.get().startTimeTicks() != container.process().startTimeTicks()) {
                throw RefusedException.conflict(
                        "namespaces.%s: container %s does not run any more", type, container.id());
            }
            return "/proc/" + pid + "/ns/" + type;
        }
        return core.layout().pins(sandbox.id()).resolve(type).toString();
    }
}
