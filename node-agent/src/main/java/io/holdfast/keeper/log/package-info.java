/** FIFOs of containers drained into bounded files, and the reading of them. */
package io.holdfast.keeper.log;
