package io.holdfast.keeper.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The records of one pax header, {@code "LENGTH KEY=VALUE\n"} each (pax(1), POSIX.1), with values as bytes, one to a char. */
final class PaxRecords {
    private PaxRecords() {}

    static Map<String, String> parse(byte[] header, int headerLength) throws IOException {
        Map<String, String> records = new HashMap<>();
        for (int at = 0; at < headerLength; ) {
            if (header[at] == '\n') {
                at++;
                continue;
            }
            int length = 0;
            int space = at;
            for (; space < headerLength && header[space] != ' '; space++) {
                length = length * 10 + header[space] - '0';
                if (length < 0 || length > headerLength) {
                    throw malformed();
                }
            }
            int end = at + length;
            int equals = space + 1;
            while (equals < end && equals < headerLength && header[equals] != '=') {
                equals++;
            }
            if (end > headerLength || equals >= end || header[end - 1] != '\n') {
                throw malformed();
            }
            String key = new String(header, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
            String value = new String(header, equals + 1, end - equals - 2, StandardCharsets.ISO_8859_1);
            // an empty one takes back what was said before
            if (value.isEmpty()) {
                records.remove(key);
            } else {
                records.put(key, value);
            }
            at = end;
        }
        return records;
    }

    private static Refusal malformed() {
        return new Refusal("the pax header is malformed");
    }
}
