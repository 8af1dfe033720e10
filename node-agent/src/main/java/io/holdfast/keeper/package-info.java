/**
 * The container runtime of a node: the privileged process. It makes cgroups, namespaces and roots, launches, waits, drains
 * logs and enforces deadlines. It knows no cluster, no Vert.x and no Hazelcast; whoever speaks {@link
 * io.holdfast.keeper.api} over its unix socket can use it.
 *
 * <p>Words: a <em>sandbox</em> holds the user, net, ipc and uts namespaces and the cgroup that the containers of one
 * allocation share; a <em>container</em> is one process tree inside a sandbox with its own pid and mount namespace and root.
 *
 * <p>Life, one file per verb: create a sandbox, start a container in it, signal, stop, remove. On disk stands one record for
 * each, so that a new keeper adopts what runs.
 *
 * <p>Threads: one thread per connection (the only client is the node's agent), one launch thread pool of platform threads,
 * one reaper, one log drainer. State changes of a container happen under its own lock.
 */
package io.holdfast.keeper;
