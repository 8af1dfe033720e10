/**
 * What the tests of all modules share: hand-written fakes (clock, ids, chance), builders of plain data and helpers that
 * wait for a condition instead of sleeping. Published as this module's test jar; nothing here ships.
 */
package io.holdfast.testkit;
