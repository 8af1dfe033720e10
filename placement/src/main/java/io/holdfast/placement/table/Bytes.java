package io.holdfast.placement.table;

/** Bytes as people read them: exact where they can be, else rounded down to a unit that keeps two digits. */
final class Bytes {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final int ENOUGH = 16;

    private Bytes() {}

    static String text(long bytes) {
        if (bytes <= 0) {
            return Long.toString(bytes);
        }
        int unit = 0;
        long amount = bytes;
        while (unit + 1 < UNITS.length && (amount % 1024 == 0 || amount / 1024 >= ENOUGH)) {
            amount /= 1024;
            unit++;
        }
        return amount + UNITS[unit];
    }
}
