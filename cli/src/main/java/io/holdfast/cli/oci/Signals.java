package io.holdfast.cli.oci;

import java.util.List;
import java.util.Locale;

/** Signals of Linux by name, the same numbers on x86-64 and aarch64; see signal(7). */
final class Signals {
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private static final int LAST = 64;

    private Signals() {}

    static int number(String signal) throws OciFailed {
        if (signal.matches("\\d{1,3}")) {
            int number = Integer.parseInt(signal);
            if (number >= 1 && number <= LAST) {
                return number;
            }
        }
        String name = signal.toUpperCase(Locale.ROOT);
        int number = NAMES.indexOf(name.startsWith("SIG") ? name.substring("SIG".length()) : name);
        if (number < 1) {
            throw new OciFailed("signal " + signal + " is not known: it is a name like TERM or a number from 1 to 64");
        }
        return number;
    }
}
