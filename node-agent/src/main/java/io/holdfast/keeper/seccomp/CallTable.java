package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arch;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** The calls of the kernel by name, from {@code calls.txt}. */
final class CallTable {
    private static final int NONE = -1;
    private static final Map<String, int[]> CALLS = read();

    private CallTable() {}

    private static Map<String, int[]> read() {
        Map<String, int[]> calls = new HashMap<>();
        Resources.text("calls.txt").lines().forEach(line -> {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] columns = line.split(" +");
                calls.put(columns[0], new int[] {number(columns[1]), number(columns[2])});
            }
        });
        return calls;
    }

    private static int number(String column) {
        return column.equals("-") ? NONE : Integer.parseInt(column);
    }

    /** Whether some architecture has such a call. */
    static boolean isKnown(String call) {
        return CALLS.containsKey(call);
    }

    /** Empty where the architecture has no such call. */
    static OptionalInt number(String call, Arch arch) {
        int[] numbers = CALLS.get(call);
        int number = numbers == null ? NONE : numbers[arch.ordinal()];
        return number == NONE ? OptionalInt.empty() : OptionalInt.of(number);
    }

    static SortedMap<String, Integer> all(Arch arch) {
        SortedMap<String, Integer> all = new TreeMap<>();
        CALLS.keySet().forEach(call -> number(call, arch).ifPresent(number -> all.put(call, number)));
        return all;
    }

    static int last(Arch arch) {
        return CALLS.values().stream()
                .mapToInt(numbers -> numbers[arch.ordinal()])
                .max()
                .orElseThrow();
    }
}
