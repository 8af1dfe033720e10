package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code cpu.pressure} and its like. */
final class PressureFile {
    private PressureFile() {}

    /** Not known where the file is not there, or pressure is switched off and reading it fails (EOPNOTSUPP). */
    static Stats.Pressure read(CgroupFiles files, Path file) {
        Optional<String> text;
        try {
            text = files.readIfThere(file);
        } catch (IOException e) {
            return Stats.Pressure.UNKNOWN;
        }
        return text.map(PressureFile::parse).orElse(Stats.Pressure.UNKNOWN);
    }

    static Stats.Pressure parse(String text) {
        Stats.Stall some = Stats.Stall.NONE;
        Stats.Stall full = Stats.Stall.NONE;
        for (String line : text.lines().toList()) {
            if (line.startsWith("some ")) {
                some = stall(line);
            } else if (line.startsWith("full ")) {
                full = stall(line);
            }
        }
        return new Stats.Pressure(true, some, full);
    }

    private static Stats.Stall stall(String line) {
        String[] words = line.split(" ");
        return new Stats.Stall(
                Double.parseDouble(value(words[1])),
                Double.parseDouble(value(words[2])),
                Double.parseDouble(value(words[3])),
                Long.parseLong(value(words[4])));
    }

    private static String value(String word) {
        return word.substring(word.indexOf('=') + 1);
    }
}
