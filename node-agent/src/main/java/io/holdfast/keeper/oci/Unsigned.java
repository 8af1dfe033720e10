package io.holdfast.keeper.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.math.BigInteger;

/** Reads an unsigned number of 64 bits: the upper half of its range becomes negative, {@code RLIM_INFINITY} -1. Absent is 0. */
final class Unsigned extends JsonDeserializer<Long> {
    @Override
    public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            return (Long) context.handleUnexpectedToken(Long.class, parser);
        }
        BigInteger number = parser.getBigIntegerValue();
        boolean negative = number.signum() < 0;
        if (number.bitLength() > (negative ? Long.SIZE - 1 : Long.SIZE)) {
            return (Long) context.handleWeirdNumberValue(Long.class, number, "it has more than 64 bits");
        }
        return number.longValue();
    }

    @Override
    public Long getNullValue(DeserializationContext context) {
        return 0L;
    }
}
