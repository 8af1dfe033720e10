package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageException.Kind;
import io.holdfast.agent.image.ImageLimits;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server made of a request for the rest of a blob (RFC 9110, 14.4 and 15.3.7). */
final class Ranges {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/(?:[0-9]{1,18}|\\*)");

    private Ranges() {}

    /** The answer's body, which stands at {@code position} afterwards. */
    static void moveTo(long position, Answer answer) throws Trouble {
        String host = Addresses.shown(answer.from());
        if (answer.status() == 206) {
            Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
            if (!range.matches() || Long.parseLong(range.group(1)) != position) {
                throw new Trouble(Kind.CORRUPT, host + " sends another part of the blob than asked for");
            }
            return;
        }
        // a server may answer with the whole: what was read before is read again
        byte[] buffer = new byte[ImageLimits.BUFFER_BYTES];
        long left = position;
        try {
            while (left > 0) {
                int n = answer.body().read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new Trouble(Kind.TEMPORARY, host + " ended the transfer");
                }
                left -= n;
            }
        } catch (IOException e) {
            throw new Trouble(Kind.TEMPORARY, host + " " + e.getMessage(), e);
        }
    }
}
