/** What is asked of placement, as plain values: what an instance needs, demands and prefers. Checked where they are made; any thread. */
package io.holdfast.placement.request;
