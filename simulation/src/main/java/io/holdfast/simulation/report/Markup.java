package io.holdfast.simulation.report;

import java.util.Locale;

/** Text as it may stand in HTML. */
final class Markup {
    private Markup() {}

    /** Names come from files: none of it is markup, and control characters are no text. */
    static String text(String any) {
        StringBuilder safe = new StringBuilder(any.length());
        for (int i = 0; i < any.length(); i++) {
            char c = any.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return safe.toString();
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
