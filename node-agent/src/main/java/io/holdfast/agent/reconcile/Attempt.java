package io.holdfast.agent.reconcile;

/**
 * The newest run of a task that the agent has asked for.
 *
 * @param number from 0
 * @param streak how many runs before it ended soon, one after another
 * @param startFailures how many starts before it failed without the program being executed, one after another; and this one
 * @param atMillis when it was asked for, or when it failed
 * @param failure why it could not be started; empty when it was, or when nobody knows
 * @param forGood whether trying again is of no use
 */
public record Attempt(int number, int streak, int startFailures, long atMillis, String failure, boolean forGood) {

    public static Attempt begun(int number, int streak, int startFailures, long nowMillis) {
        return new Attempt(number, streak, startFailures, nowMillis, "", false);
    }

    public Attempt failed(String failure, boolean forGood, long nowMillis) {
        String why = failure.isEmpty() ? "could not be started" : failure;
        return new Attempt(number, streak, startFailures + 1, nowMillis, why, forGood);
    }
}
