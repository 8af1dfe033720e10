/**
 * What the tests of all modules share, published as this module's test jar; nothing here ships. Time and chance: {@link
 * io.holdfast.testkit.ManualClock}, {@link io.holdfast.testkit.CountingIds}, {@link io.holdfast.testkit.Seed}. Plain values:
 * {@link io.holdfast.testkit.Jobs}, {@link io.holdfast.testkit.RandomJobs}, {@link io.holdfast.testkit.Allocations}, {@link
 * io.holdfast.testkit.Nodes}. Checks: {@link io.holdfast.testkit.Outcomes}, {@link io.holdfast.testkit.Golden}, {@link
 * io.holdfast.testkit.ArchRules}, and {@link io.holdfast.testkit.Await}, which waits for a condition instead of sleeping.
 */
package io.holdfast.testkit;
