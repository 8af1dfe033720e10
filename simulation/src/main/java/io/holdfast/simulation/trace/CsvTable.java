package io.holdfast.simulation.trace;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file whose first line names its columns, in any order; further columns are passed over. */
public final class CsvTable {
    /** More lines are no trace. */
    public static final int MAX_LINES = 1_000_000;

    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    private CsvTable() {}

    /**
     * At least one row.
     *
     * @param required columns that must be there
     * @throws IOException where the file cannot be read
     */
    static List<CsvRow> read(Path file, List<String> required) throws IOException, TraceInvalid {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                MappingIterator<String[]> lines =
                        MAPPER.readerFor(String[].class).readValues(reader)) {
            if (!lines.hasNextValue()) {
                throw new TraceInvalid(file + " is empty, expected a line with the columns " + required);
            }
            Map<String, Integer> columns = columns(file, lines.nextValue(), required);
            List<CsvRow> rows = new ArrayList<>();
            while (lines.hasNextValue()) {
                int line = lines.getParser().currentLocation().getLineNr();
                String[] cells = lines.nextValue();
                if (cells.length != columns.size()) {
                    throw new TraceInvalid(file + " line " + line + ": has " + cells.length
                            + (cells.length == 1 ? " column" : " columns") + ", expected " + columns.size()
                            + " as the first line has");
                }
                if (rows.size() == MAX_LINES) {
                    throw new TraceInvalid(file + " line " + line + ": is one too many, expected at most " + MAX_LINES);
                }
                rows.add(new CsvRow(file.toString(), line, columns, cells));
            }
            if (rows.isEmpty()) {
                throw new TraceInvalid(file + " has no lines below that of the columns, expected at least one");
            }
            return rows;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new TraceInvalid(file + " line " + line + ": is not CSV: " + e.getOriginalMessage());
        }
    }

    private static Map<String, Integer> columns(Path file, String[] names, List<String> required) throws TraceInvalid {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (String name : names) {
            // spreadsheets begin a file with a byte order mark
            String clean = name.replace("\uFEFF", "").strip();
            if (columns.putIfAbsent(clean, columns.size()) != null) {
                throw new TraceInvalid(file + " line 1: column " + clean + " stands twice, expected once");
            }
        }
        for (String name : required) {
            if (!columns.containsKey(name)) {
                throw new TraceInvalid(
                        file + " line 1: column " + name + " is missing, expected " + required + " in any order");
            }
        }
        return columns;
    }
}
