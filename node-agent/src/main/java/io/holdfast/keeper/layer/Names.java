package io.holdfast.keeper.layer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names that are bytes, one to a char, as text for people and for records. */
final class Names {
    private static final int MAX_PRINTED = 200;
    private static final int MAX_MESSAGE = 1000;

    private Names() {}

    /** A name for messages: one line, not endless, nothing that a terminal would obey. */
    static String printable(String name) {
        return line(decoded(name), MAX_PRINTED);
    }

    /** Somebody else's message, which may have names in it, likewise. */
    static String message(String message) {
        return line(message, MAX_MESSAGE);
    }

    private static String line(String raw, int max) {
        StringBuilder text = new StringBuilder();
        for (char c : raw.toCharArray()) {
            if (text.length() > max) {
                return text + "…";
            }
            boolean plain = c >= ' ' && c < 0x7f || c >= 0xa0 && !Character.isSurrogate(c) && isShown(c);
            text.append(plain ? String.valueOf(c) : "\\x%02x".formatted((int) c));
        }
        return text.toString();
    }

    private static boolean isShown(char c) {
        int type = Character.getType(c);
        return type != Character.FORMAT && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR;
    }

    private static String decoded(String name) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return name;
        }
    }

    /** Without spaces, control characters and anything but ASCII; {@link #unescape} gives the name back. */
    static String escape(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isPlain(name.charAt(i))) {
                return escapeAll(name);
            }
        }
        return name;
    }

    private static String escapeAll(String name) {
        StringBuilder text = new StringBuilder(name.length() + 16);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isPlain(c)) {
                text.append(c);
            } else {
                text.append('%').append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return text.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '%';
    }

    /** @throws IllegalArgumentException for what {@link #escape} does not write */
    static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 3 > text.length()) {
                    throw new IllegalArgumentException("a name ends within its escape");
                }
                c = (char) Integer.parseInt(text, i + 1, i + 3, 16);
                i += 2;
            }
            name.append(c);
        }
        return name.toString();
    }
}
