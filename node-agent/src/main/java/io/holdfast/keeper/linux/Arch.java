package io.holdfast.keeper.linux;

/** Processor architectures that the runner exists for. */
public enum Arch {
    X86_64("amd64"),
    AARCH64("arm64");

    private final String label;

    Arch(String label) {
        this.label = label;
    }

    /** As jobs and node attributes name it. */
    public String label() {
        return label;
    }

    /**
     * @param osArch value of the system property {@code os.arch}
     * @throws IllegalStateException for another architecture
     */
    public static Arch of(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                throw new IllegalStateException(
                        "architecture " + osArch + " is not supported: containers run on x86-64 and aarch64");
        };
    }

    public static Arch current() {
        return of(System.getProperty("os.arch"));
    }

    /** O_DIRECTORY is among the few flags that differ (arch/arm64/include/uapi/asm/fcntl.h). */
    public int openDirectory() {
        return this == X86_64 ? 0x10000 : 0x4000;
    }

    /** O_NOFOLLOW, as well. */
    public int noFollow() {
        return this == X86_64 ? 0x20000 : 0x8000;
    }
}
