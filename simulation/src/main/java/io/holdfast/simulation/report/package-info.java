/** What came of the runs, for programs and for people. */
package io.holdfast.simulation.report;
