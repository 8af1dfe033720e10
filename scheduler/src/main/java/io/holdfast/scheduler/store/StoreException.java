package io.holdfast.scheduler.store;

/** The store could not do what was asked; the message names what and why. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Another leader has a higher epoch: nothing was written. */
    public static final class Fenced extends StoreException {
        private static final long serialVersionUID = 1;

        public Fenced(long epoch) {
            super("epoch " + epoch + " is no longer the leader's", null);
        }
    }
}
