package io.holdfast.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns under upper-case headings, two spaces apart. Cells of the column {@code state} are coloured where that is wanted. */
public final class Table {
    private static final String STATE = "STATE";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** An empty cell shows as {@code -}, so that columns can be counted by cut(1) and awk(1). */
    public Table row(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings.size() + " headings");
        }
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(cell.isEmpty() ? "-" : printable(cell));
        }
        rows.add(row);
        return this;
    }

    /** The same with cells from a list; those that are missing at its end are empty. */
    public Table row(String first, List<String> others) {
        String[] cells = new String[headings.size()];
        java.util.Arrays.fill(cells, "");
        cells[0] = first;
        for (int i = 0; i < others.size(); i++) {
            cells[i + 1] = others.get(i);
        }
        return row(cells);
    }

    public void print(PrintStream out, boolean colours) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        out.println(line(headings, widths, false));
        for (List<String> row : rows) {
            out.println(line(row, widths, colours));
        }
    }

    private String line(List<String> cells, int[] widths, boolean colours) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            boolean last = column == widths.length - 1;
            String padded = last ? cell : cell + " ".repeat(widths[column] - cell.length() + 2);
            line.append(headings.get(column).equals(STATE) ? Colours.state(padded, cell, colours) : padded);
        }
        return line.toString();
    }

    /** Control characters of whatever a job or node calls itself do not reach the terminal. */
    public static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                if (clean == null) {
                    clean = new StringBuilder(text);
                }
                clean.setCharAt(i, '?');
            }
        }
        return clean == null ? text : clean.toString();
    }
}
