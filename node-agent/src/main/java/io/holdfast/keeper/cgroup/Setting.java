package io.holdfast.keeper.cgroup;

/**
 * One limit as the kernel takes it.
 *
 * @param field the specification's field below {@code resources}, for messages
 * @param file the file's name in the cgroup's directory
 * @param device {@code major:minor} where the file keeps a line for each device, else empty
 * @param value what is written to set it
 * @param lift what is written to take it off again; empty where the parent's value is what that means
 */
record Setting(String field, String file, String device, String value, String lift) {

    static Setting of(String field, String file, long value, String lift) {
        return new Setting(field, file, "", Long.toString(value), lift);
    }

    boolean hasTargetOf(Setting other) {
        return file.equals(other.file) && device.equals(other.device);
    }

    Setting lifted() {
        return new Setting(field, file, device, lift, lift);
    }

    /** What brings the file back to what was read from it. */
    String undo(String before) {
        if (device.isEmpty()) {
            // io.weight: the default's line stands first, those of devices are not ours
            return before.lines().findFirst().orElse("");
        }
        return before.lines()
                .filter(line -> line.startsWith(device + " "))
                .findFirst()
                .orElse(lift);
    }
}
