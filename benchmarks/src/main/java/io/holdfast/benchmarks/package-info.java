/**
 * Whole runs of the product beside its peers, on the machine at hand. Each program prints a table of what was asked, what was
 * measured and by which ratio it differs from a peer measured in the same run, and checks that the work happened. Never part
 * of the tests; {@code bin/bench NAME} starts one.
 */
package io.holdfast.benchmarks;
