/**
 * Sandboxes and containers made: the only implementation of {@link io.holdfast.keeper.linux.Launcher}, opened by {@link
 * io.holdfast.keeper.launch.Launchers}, on top of the launch program ({@code .linux}) and the root file system's rows ({@code
 * .root}).
 *
 * <p>A launch, read from top to bottom: {@code LinuxLauncher} prepares and cleans up, {@code FirstChildRows} go into cgroup and
 * namespaces with the host's rights, {@code InitRows} become the container: {@code ProcessRights} are what every program in it is
 * left with, {@code ExecuteRows} run it. {@code ExecRows} go into a container that is there; {@code TerminalRows} give either a
 * terminal. {@code SandboxMaker} makes and pins what containers of a
 * sandbox share. Rules that must hold while a child shares the JVM's memory stand in {@link io.holdfast.keeper.linux.Guard}.
 *
 * <p>Threads: any number of launches at once, each on its caller's thread, which is blocked until its program has been executed.
 */
package io.holdfast.keeper.launch;
