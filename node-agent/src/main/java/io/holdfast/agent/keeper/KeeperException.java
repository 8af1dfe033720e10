package io.holdfast.agent.keeper;

import io.holdfast.keeper.api.KeeperError;

/** A request was not fulfilled: the keeper said why, or could not be asked. */
public final class KeeperException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** There is no connection: the request was not sent. */
    public static final String NOT_CONNECTED = "not-connected";

    /** The connection was lost before the answer: whether the request was carried out is not known. */
    public static final String UNREACHABLE = "unreachable";

    /** No answer in time; likewise not known. */
    public static final String TIMEOUT = "timeout";

    /** More requests are under way than are allowed: this one was not sent. */
    public static final String BUSY = "busy";

    private final String code;

    KeeperException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    KeeperException(KeeperError error) {
        this(error.code(), error.message());
    }

    /** One of the above, or of {@link KeeperError#code}. */
    public String code() {
        return code;
    }

    /** Whether the keeper may have carried it out all the same. */
    public boolean outcomeUnknown() {
        return code.equals(UNREACHABLE) || code.equals(TIMEOUT);
    }

    /** Whether it was never sent. */
    public boolean notSent() {
        return code.equals(NOT_CONNECTED) || code.equals(BUSY);
    }

    /** Whether the same request would be refused again. */
    public boolean hopeless() {
        return code.equals("bad-request") || code.equals("refused-by-policy") || code.equals("unsupported");
    }
}
