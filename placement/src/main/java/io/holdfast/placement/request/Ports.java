package io.holdfast.placement.request;

/**
 * Ports of a node that allocations may be given without asking for one by number.
 *
 * @param first the lowest
 * @param last the highest, below {@code first} for none
 */
public record Ports(int first, int last) {
    /** The highest there is. */
    public static final int LAST = 65_535;

    public static final Ports NONE = new Ports(1, 0);

    /** Above what services use by custom and below what Linux gives to outgoing connections. */
    public static final Ports DEFAULT = new Ports(20_000, 32_000);

    public Ports {
        if (first < 1 || last > LAST || last < first - 1) {
            throw new IllegalArgumentException("ports " + first + " to " + last + " are no range within 1 to " + LAST);
        }
    }

    public int count() {
        return last - first + 1;
    }

    public boolean has(int port) {
        return port >= first && port <= last;
    }
}
