package io.holdfast.placement.repack;

/** What moves are for. */
public enum Goal {
    /** Nodes that hold nothing: to be given back, or for what needs a whole one. */
    NODES,
    /** Devices of which no share is in use, for what needs whole ones. */
    DEVICES
}
