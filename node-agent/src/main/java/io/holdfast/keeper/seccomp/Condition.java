package io.holdfast.keeper.seccomp;

/**
 * A comparison of an argument, unsigned: {@code (argument & mask) op value}.
 *
 * @param index 0 to 5
 */
record Condition(int index, long mask, Op op, long value) {
    static final int ARGUMENTS = 6;
    static final long ALL = -1;

    enum Op {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE
    }

    boolean holds(long[] arguments) {
        long masked = arguments[index] & mask;
        int order = Long.compareUnsigned(masked, value);
        return switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }
}
