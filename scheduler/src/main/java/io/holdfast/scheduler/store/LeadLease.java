package io.holdfast.scheduler.store;

/** Who leads, in which epoch, until when. */
public record LeadLease(String holder, long epoch, long untilMillis) {}
