/**
 * Filters of system calls: from rules to the program that the kernel runs before every call of a container; see seccomp(2).
 *
 * <p>Words: a <em>profile</em> is a default action and rules; a <em>rule</em> gives some calls an action, perhaps under {@linkplain
 * io.holdfast.keeper.seccomp.Condition conditions} on their arguments. Profiles come from two places: {@link
 * io.holdfast.keeper.seccomp.ProfileText} reads the project's own format, in which the default profile is written ({@code
 * default.seccomp} in the resources of this package), {@link io.holdfast.keeper.seccomp.OciProfile} reads what an OCI configuration
 * brings. {@link io.holdfast.keeper.seccomp.BpfCompiler} makes classic BPF of either, {@link io.holdfast.keeper.seccomp.Filters} keeps
 * what was made.
 *
 * <p>Threads: everything here may be called from any thread. Compiling takes a millisecond and is done once for each profile.
 */
package io.holdfast.keeper.seccomp;
