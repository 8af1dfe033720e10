package io.holdfast.model.line;

/**
 * How a program beside a task ended.
 *
 * @param code its exit code, -1 where a signal ended it or nobody saw how it ended
 * @param signal the signal's number, 0 for none
 */
public record ExecExit(int code, int signal) {

    /** As shells have it: the code, or 128 and the signal; 255 where neither is known. */
    public int shellCode() {
        if (signal > 0) {
            return Math.min(255, 128 + signal);
        }
        return code >= 0 && code <= 255 ? code : 255;
    }
}
