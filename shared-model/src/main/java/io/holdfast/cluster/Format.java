package io.holdfast.cluster;

import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.util.Arrays;

/** The version of all documents in the maps, and what their serializers share. */
final class Format {
    static final int VERSION = 1;

    private static final String FIELD = "format";

    private Format() {}

    static void write(CompactWriter out) {
        out.writeInt32(FIELD, VERSION);
    }

    /** @throws HazelcastSerializationException when the document is of a version that this process does not know */
    static void check(CompactReader in, String document) {
        int version = in.readInt32(FIELD);
        if (version != VERSION) {
            throw new HazelcastSerializationException(document + " has format " + version + ", this version reads "
                    + VERSION + ": schedulers and agents must be of neighbouring releases, upgrade the older one");
        }
    }

    static <E extends Enum<E>> E enumOf(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HazelcastSerializationException(
                        type.getSimpleName() + " has no " + name + " in this version: upgrade it"));
    }
}
