package io.holdfast.keeper.layer;

/** @param what the first difference that was found, as {@code usr/bin/env: mode is 644, was 755} */
public record Damage(DiffId id, String what) {}
