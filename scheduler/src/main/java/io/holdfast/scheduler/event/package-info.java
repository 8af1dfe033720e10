/** What happened, as a value: made by {@code core} and {@code store}, stored by the store, told to readers by {@code api}. */
package io.holdfast.scheduler.event;
