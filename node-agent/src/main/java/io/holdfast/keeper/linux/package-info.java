/** System calls (jnr-ffi), the launch program and its runner, namespaces and capabilities. All native calls of the project pass the one interface here. */
package io.holdfast.keeper.linux;
