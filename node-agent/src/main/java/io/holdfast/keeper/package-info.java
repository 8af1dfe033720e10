/**
 * The container runtime of a node: the privileged process. It makes cgroups, namespaces and roots, launches, waits, drains
 * logs and enforces deadlines. It knows no cluster, no Vert.x and no Hazelcast; whoever speaks {@link
 * io.holdfast.keeper.api} over its unix socket can use it.
 *
 * <p>Words: a <em>sandbox</em> holds the user, net, ipc and uts namespaces and the cgroup that the containers of one
 * allocation share; a <em>container</em> is one process tree inside a sandbox with its own pid and mount namespace and root.
 *
 * <p>Life, one file per verb: create a sandbox, start a container in it, signal, pause, resume, stop, remove;
 * exec and attach are sessions of their own ({@link io.holdfast.keeper.exec}). On disk stands one record for
 * each, so that a new keeper adopts what runs.
 *
 * <p>Read first: {@link io.holdfast.keeper.Keeper} puts it together, {@link io.holdfast.keeper.KeeperConfig} says what can
 * be set, {@code Layout} where everything lies, {@code Adoption} what a new keeper makes of it, {@code Dispatcher} which
 * verb carries out which request. What the node's owner permits is {@code Policy}, rights of
 * containers in {@code PolicyRights}.
 *
 * <p>A keeper is replaced in place: {@code Upgrade} executes the {@link io.holdfast.keeper.Successor}, {@code Handover} passes on
 * what lives only while somebody has it open, {@code Adoption} finds the rest.
 *
 * <p>Threads: two for each connection (reading, writing), a pool of platform threads each for launches, removals, kills, log
 * reads and endings, one reaper, one log drainer, one timer, two for all sessions (a connection that becomes one gives up its two). A request that waits for something outside (an end, a byte of
 * output) holds none of them. State changes of a container happen under its own lock; starts in a sandbox share its lock,
 * its removal has it alone.
 */
package io.holdfast.keeper;
