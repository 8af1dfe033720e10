package io.holdfast.keeper.cgroup;

import java.util.BitSet;

/** The kernel's way of writing a set of cpus or memory nodes: {@code 0-3,8,10-11}. */
public final class NumberList {
    /** Above what any kernel is built for (NR_CPUS is at most 8192). */
    public static final int MOST = 8_191;

    private NumberList() {}

    /** @throws NumberFormatException for what is no such list, or holds a number above {@link #MOST} */
    public static BitSet parse(String list) {
        BitSet numbers = new BitSet();
        for (String part : list.strip().split(",")) {
            if (!part.isBlank()) {
                String[] ends = part.strip().split("-", -1);
                int first = number(ends[0]);
                int last = number(ends[ends.length - 1]);
                if (ends.length > 2 || last < first) {
                    throw new NumberFormatException(part + " is not a range");
                }
                numbers.set(first, last + 1);
            }
        }
        return numbers;
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 0 || number > MOST) {
            throw new NumberFormatException(text + " is not between 0 and " + MOST);
        }
        return number;
    }
}
