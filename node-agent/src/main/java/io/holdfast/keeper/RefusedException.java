package io.holdfast.keeper;

import io.holdfast.keeper.api.KeeperError;

/** A request that is not fulfilled, with what its client is told. Carries no stack: it is an answer, not a fault. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient KeeperError error;

    private RefusedException(String code, String message) {
        super(message, null, false, false);
        this.error = new KeeperError(code, message);
    }

    KeeperError error() {
        return error;
    }

    static RefusedException badRequest(String message, Object... values) {
        return new RefusedException("bad-request", message.formatted(values));
    }

    static RefusedException byPolicy(String message, Object... values) {
        return new RefusedException("refused-by-policy", message.formatted(values));
    }

    static RefusedException unsupported(String message, Object... values) {
        return new RefusedException("unsupported", message.formatted(values));
    }

    static RefusedException notFound(String message, Object... values) {
        return new RefusedException("not-found", message.formatted(values));
    }

    static RefusedException conflict(String message, Object... values) {
        return new RefusedException("conflict", message.formatted(values));
    }

    static RefusedException busy(String message, Object... values) {
        return new RefusedException("busy", message.formatted(values));
    }

    static RefusedException programNotFound(String message) {
        return new RefusedException("program-not-found", message);
    }

    static RefusedException programNotExecutable(String message) {
        return new RefusedException("program-not-executable", message);
    }

    static RefusedException setUpFailed(String message) {
        return new RefusedException("set-up-failed", message);
    }
}
