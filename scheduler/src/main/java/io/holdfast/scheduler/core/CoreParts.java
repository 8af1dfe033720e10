package io.holdfast.scheduler.core;

import io.holdfast.model.Clock;
import io.holdfast.scheduler.loop.Loop;
import io.holdfast.scheduler.store.Store;

/** What the parts of the core share. */
record CoreParts(
        Store store,
        Loop loop,
        Clock clock,
        ClusterState state,
        Room room,
        NodeTracker nodes,
        Results results,
        EventLog events) {}
