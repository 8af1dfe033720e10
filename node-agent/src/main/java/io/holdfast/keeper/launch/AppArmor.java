package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.AT_FDCWD;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AppArmor profiles of containers, where the kernel has AppArmor; see apparmor(7). The default profile, {@code
 * holdfast-default.apparmor} in the resources of this package, is loaded when the keeper starts, where the host has the program that
 * loads profiles.
 */
final class AppArmor {
    static final String DEFAULT = "holdfast-default";
    private static final String UNCONFINED = "unconfined";

    private static final Logger LOG = LoggerFactory.getLogger(AppArmor.class);
    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");
    private static final List<Path> PARSERS =
            List.of(Path.of("/usr/sbin/apparmor_parser"), Path.of("/sbin/apparmor_parser"));
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_.:@-]{1,255}");
    private static final long LOAD_SECONDS = 10;
    private static final int MAX_SAID = 1_000;

    private final boolean enabled;
    private final String defaultProfile;
    private final String attribute;

    private AppArmor(boolean enabled, String defaultProfile) {
        this.enabled = enabled;
        this.defaultProfile = defaultProfile;
        // a directory of its own since 5.8, for kernels with several security modules
        attribute = Files.exists(Path.of("/proc/self/attr/apparmor/exec"))
                ? "/proc/self/attr/apparmor/exec"
                : "/proc/self/attr/exec";
    }

    /** Loads the default profile where it is not loaded yet. What stands in the way is logged: containers then run without. */
    static AppArmor open() {
        if (!isEnabled()) {
            return new AppArmor(false, "");
        }
        try {
            if (!isLoaded(DEFAULT)) {
                load();
            }
            return new AppArmor(true, DEFAULT);
        } catch (IOException e) {
            LOG.warn("containers run without an AppArmor profile: {}", e.getMessage());
            return new AppArmor(true, "");
        }
    }

    private static boolean isEnabled() {
        try {
            return Files.readString(ENABLED).startsWith("Y");
        } catch (IOException e) {
            return false; // a kernel without
        }
    }

    /** Lines as {@code name (enforce)}. */
    private static boolean isLoaded(String profile) throws IOException {
        return Files.exists(PROFILES)
                && Files.readAllLines(PROFILES).stream().anyMatch(line -> line.startsWith(profile + " ("));
    }

    private static void load() throws IOException {
        Path parser = PARSERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("apparmor_parser is not there to load " + DEFAULT
                        + ": install the package apparmor and start the keeper again"));
        Path said = Files.createTempFile("holdfast-apparmor", ".log");
        Process process = new ProcessBuilder(parser.toString(), "--replace", "--skip-cache")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try (InputStream profile = AppArmor.class.getResourceAsStream(DEFAULT + ".apparmor")) {
            try (var in = process.getOutputStream()) {
                profile.transferTo(in);
            } catch (IOException e) {
                LOG.debug("{} has ended early, and says why", parser);
            }
            if (!process.waitFor(LOAD_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(parser + " did not end within " + LOAD_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        parser + " ended with " + process.exitValue() + " on " + DEFAULT + ": " + beginning(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + DEFAULT + " was loaded", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(said);
        }
    }

    private static String beginning(Path text) throws IOException {
        try (InputStream in = Files.newInputStream(text)) {
            return new String(in.readNBytes(MAX_SAID), StandardCharsets.UTF_8)
                    .strip()
                    .replace('\n', ' ');
        }
    }

    /** @throws LaunchException for a profile that cannot be: a container never runs with less than was asked for */
    void check(String profile) throws LaunchException {
        if (profile.isEmpty() || profile.equals(UNCONFINED)) {
            return;
        }
        if (!NAME.matcher(profile).matches()) {
            throw refused("is no name of a profile");
        }
        if (!enabled) {
            throw refused("profile " + profile + " cannot be: this kernel has no AppArmor; leave it out");
        }
        try {
            if (!isLoaded(profile)) {
                throw refused("profile " + profile + " is not loaded on this host: load it with apparmor_parser");
            }
        } catch (IOException e) {
            throw refused("profile " + profile + " could not be looked for: " + e.getMessage());
        }
    }

    private static LaunchException refused(String why) {
        return new LaunchException("process.apparmorProfile", Errno.EINVAL, "process.apparmorProfile: " + why);
    }

    /**
     * Rows that name the profile that the next execve changes to. While the host's /proc is in reach: the container's could be played
     * (CVE-2019-16884, CVE-2025-52881).
     */
    void add(Program program, Spec.Process process, boolean exact) {
        String profile = process.apparmorProfile().isEmpty() && !exact ? defaultProfile : process.apparmorProfile();
        if (profile.isEmpty() || profile.equals(UNCONFINED)) {
            return;
        }
        add(program, AT_FDCWD, attribute, profile);
    }

    /** The same for an exact container's process that has executed before and is to change at the next execve.
     *
     * @param self descriptor of the process's directory in the host's /proc
     */
    void addBelow(Program program, int self, Spec.Process process) {
        String profile = process.apparmorProfile();
        if (!profile.isEmpty() && !profile.equals(UNCONFINED)) {
            add(program, self, attribute.substring("/proc/self/".length()), profile);
        }
    }

    private static void add(Program program, int directory, String attribute, String profile) {
        String command = "exec " + profile;
        Row fd = program.add(Call.OPENAT, directory, attribute, Syscalls.O_WRONLY | Syscalls.O_CLOEXEC, 0)
                .purpose("AppArmor profile " + profile);
        program.add(Call.WRITE, fd, command, command.getBytes(StandardCharsets.UTF_8).length)
                .purpose("AppArmor profile " + profile);
        program.add(Call.CLOSE, fd);
    }
}
