package io.holdfast.keeper.cgroup;

import java.util.regex.Pattern;

/** Which keys the specification's {@code unified} may have here; for checks before anything is made. */
public final class UnifiedKeys {

    /** One line for one device, as io.max takes it: {@code 8:0 rbps=1000 wiops=max}. */
    private static final Pattern IO_MAX =
            Pattern.compile("\\s*[0-9]{1,4}:[0-9]{1,7}(\\s+(rbps|wbps|riops|wiops)=(max|[0-9]{1,19})){1,4}\\s*");

    private static final Pattern BYTES = Pattern.compile("\\s*(max|[0-9]{1,15}[KMGTkmgt]?)\\s*");
    private static final Pattern NUMBERS = Pattern.compile("\\s*[0-9,-]+\\s*");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9 .:=-]+");

    private UnifiedKeys() {}

    /** Whether it is a file that limits; {@code cgroup.procs} and its like are the keeper's own. */
    public static boolean isWritable(String key) {
        return UnifiedControl.lift(key).isPresent();
    }

    /** Whether the value is of the file's form; its sense is the kernel's to judge. */
    public static boolean isWellFormed(String key, String value) {
        if (key.equals("io.max")) {
            return IO_MAX.matcher(value).matches();
        }
        if (key.startsWith("cpuset.")) {
            return NUMBERS.matcher(value).matches();
        }
        return key.startsWith("memory.")
                ? BYTES.matcher(value).matches()
                : PLAIN.matcher(value).matches();
    }
}
