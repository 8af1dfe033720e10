package io.holdfast.simulation.trace;

import java.util.Map;

/** One line of a table. A missing column and an empty cell are the same. */
final class CsvRow {
    private final String file;
    private final int line;
    private final Map<String, Integer> columns;
    private final String[] cells;

    CsvRow(String file, int line, Map<String, Integer> columns, String[] cells) {
        this.file = file;
        this.line = line;
        this.columns = columns;
        this.cells = cells;
    }

    int line() {
        return line;
    }

    /** Empty where there is none. */
    String text(String column) {
        Integer index = columns.get(column);
        return index == null ? "" : cells[index].strip();
    }

    String required(String column) throws TraceInvalid {
        String text = text(column);
        if (text.isEmpty()) {
            throw wrong(column, "a text");
        }
        return text;
    }

    /** A whole number from {@code min} to {@code max}. */
    long number(String column, long min, long max) throws TraceInvalid {
        try {
            long number = Long.parseLong(text(column));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as a number out of bounds is
        }
        throw wrong(column, "a whole number from " + min + " to " + max);
    }

    long number(String column, long min, long max, long otherwise) throws TraceInvalid {
        return text(column).isEmpty() ? otherwise : number(column, min, max);
    }

    TraceInvalid wrong(String column, String expected) {
        return new TraceInvalid(
                file + " line " + line + ": " + column + " is '" + text(column) + "', expected " + expected);
    }
}
