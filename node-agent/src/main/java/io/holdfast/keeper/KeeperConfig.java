package io.holdfast.keeper;

import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import java.nio.file.Path;
import java.util.Map;

/**
 * A keeper's configuration.
 *
 * @param dataDir what outlives a reboot: records, logs, roots. Belongs to one keeper
 * @param runDir what a reboot voids: pids, FIFOs, namespaces. On a tmpfs
 * @param socket the unix socket that is served. Not in the run directory by default, into which only root may look
 * @param cgroupParent the cgroup below which everything runs, relative to the hierarchies' mounts. Belongs to one keeper
 * @param policyFile what clients may ask for; an empty path permits private containers from nowhere: nothing
 * @param agentUser the user that may speak to the socket besides root, by name or number; empty for root alone
 * @param idRangeFirst the first host id given to user namespaces; 0 lets the keeper choose a range that no other keeper
 *     of this host has
 * @param idRangeSize how many host ids, in whole 65,536s, one for each sandbox
 */
public record KeeperConfig(
        Path dataDir,
        Path runDir,
        Path socket,
        String cgroupParent,
        Path policyFile,
        String agentUser,
        int idRangeFirst,
        int idRangeSize) {

    /** Ids for the 500 allocations that a node has at most, and for those that have ended and whose output is kept. */
    public static final int DEFAULT_ID_RANGE_SIZE = 640 * IdRanges.RANGE;

    /** Asks for every key; unknown ones are refused with a suggestion. */
    public static Outcome<KeeperConfig> read(ConfigReader in) {
        Path dataDir = in.path("data-dir", Path.of("/var/lib/holdfast/keeper"));
        Path runDir = in.path("run-dir", Path.of("/run/holdfast/keeper"));
        Path socket = in.path("socket", Path.of(runDir + ".sock"));
        String parent = in.text("cgroup-parent", "holdfast");
        Path policy = in.path("policy-file", Path.of(""));
        String user = in.text("agent-user", "");
        int first = in.integer("id-range-first", 0, 0, IdRanges.LAST_ID - IdRanges.RANGE + 1);
        int size = in.integer("id-range-size", DEFAULT_ID_RANGE_SIZE, IdRanges.RANGE, IdRanges.LAST_ID);
        if (size % IdRanges.RANGE != 0) {
            in.reject("id-range-size", Integer.toString(size), "is not a multiple of " + IdRanges.RANGE);
        }
        if (first != 0 && first < IdRanges.RANGE) {
            in.reject("id-range-first", Integer.toString(first), "is below 65536: these ids are the host's own");
        }
        if (first != 0 && (long) first + size - 1 > IdRanges.LAST_ID) {
            in.reject("id-range-size", Integer.toString(size), "reaches beyond the last id, " + IdRanges.LAST_ID);
        }
        if (socket.toString().length() > SocketServer.MAX_PATH_BYTES) {
            in.reject(
                    "socket", socket.toString(), "is longer than " + SocketServer.MAX_PATH_BYTES + " bytes, the most");
        }
        return in.finish(() -> new KeeperConfig(dataDir, runDir, socket, parent, policy, user, first, size));
    }

    /** As {@link #read}, of keys and values as flags have them. */
    public static Outcome<KeeperConfig> of(Map<String, String> values) {
        return read(ConfigReader.forRole("keeper").flags(values).open());
    }
}
