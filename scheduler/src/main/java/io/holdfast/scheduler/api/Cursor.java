package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts pages out of lists. {@code after} carries the sort key of the last item seen, not a position, so that a page neither
 * skips nor repeats what stayed when other items come or go between two requests.
 */
final class Cursor {
    private Cursor() {}

    /** What lists are sorted by: two names, an index, the newest first, an id. What a list has not stays empty or 0. */
    record Key(String first, String second, long index, long createdAtMillis, String id) implements Comparable<Key> {
        private static final Comparator<Key> ORDER = Comparator.comparing(Key::first)
                .thenComparing(Key::second)
                .thenComparingLong(Key::index)
                .thenComparing(Key::createdAtMillis, Comparator.reverseOrder())
                .thenComparing(Key::id);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        private String encode() {
            String text = String.join("\n", first, second, Long.toString(index), Long.toString(createdAtMillis), id);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        private static Key decode(String after) {
            String[] parts = new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length != 5) {
                throw new IllegalArgumentException("five parts make a key");
            }
            return new Key(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4]);
        }
    }

    /** The page that the call's {@code limit} and {@code after} ask for, or what is wrong with them. */
    static <T> Outcome<Page<T>> page(List<T> items, Function<T, Key> key, Call call) {
        List<T> sorted = items.stream().sorted(Comparator.comparing(key)).toList();
        int from = 0;
        if (call.optional("after").isPresent()) {
            String after = call.text("after");
            try {
                from = firstBeyond(sorted, key, Key.decode(after));
            } catch (IllegalArgumentException e) {
                return Outcome.refused(new Rejected(
                        ErrorCode.BAD_REQUEST, "after", after, "after is not the next of a page of this list"));
            }
        }
        int to = (int) Math.min(sorted.size(), (long) from + call.number("limit"));
        String next = to == sorted.size() ? null : key.apply(sorted.get(to - 1)).encode();
        return Outcome.ok(new Page<>(sorted.subList(from, to), next));
    }

    private static <T> int firstBeyond(List<T> sorted, Function<T, Key> key, Key last) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.apply(sorted.get(middle)).compareTo(last) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
