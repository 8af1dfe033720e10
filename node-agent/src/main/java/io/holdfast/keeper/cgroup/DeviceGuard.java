package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec.DeviceRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps the processes of a cgroup to the devices that its rules allow. */
interface DeviceGuard {

    /** Why rules cannot be kept; empty where they can. */
    Optional<String> refusal(List<DeviceRule> asked);

    /** The tree that a cgroup needs a seat in for its rules; empty where it has one anyway. */
    Optional<Tree> tree();

    /** For a fresh cgroup. */
    void limit(String name, List<DeviceRule> asked) throws IOException;

    /** From one set of rules to another; after a failure the first are in force. */
    void change(String name, List<DeviceRule> before, List<DeviceRule> after) throws IOException;

    /**
     * A program on the cgroup. The one with the default rules is on the parent and counts for all below that have none of their
     * own, so that an ordinary container costs nothing.
     */
    record Bpf(Tree unified, DevicePrograms programs) implements DeviceGuard {

        /** On the parent cgroup, where it takes the place of an earlier keeper's. */
        void guardParent() throws IOException {
            programs.attach(unified.parent(), DeviceProgram.compile(DeviceRules.DEFAULTS), true);
        }

        @Override
        public Optional<String> refusal(List<DeviceRule> asked) {
            return Optional.empty();
        }

        @Override
        public Optional<Tree> tree() {
            return Optional.empty();
        }

        @Override
        public void limit(String name, List<DeviceRule> asked) throws IOException {
            if (!asked.isEmpty()) {
                attach(name, asked);
            }
        }

        @Override
        public void change(String name, List<DeviceRule> before, List<DeviceRule> after) throws IOException {
            if (!before.equals(after)) {
                attach(name, after);
            }
        }

        private void attach(String name, List<DeviceRule> asked) throws IOException {
            programs.attach(unified.seat(name), DeviceProgram.compile(DeviceRules.effective(asked)), false);
        }
    }

    /**
     * {@code devices.allow} and {@code devices.deny} (admin-guide/cgroup-v1/devices.rst), for hosts without v2. A cgroup has no
     * more than the one above it, so each has its rules itself.
     */
    record V1(CgroupFiles files, Tree devices) implements DeviceGuard {
        private static final String ALLOW = "devices.allow";
        private static final String DENY = "devices.deny";

        @Override
        public Optional<String> refusal(List<DeviceRule> asked) {
            return DeviceRules.refusalOnV1(asked);
        }

        @Override
        public Optional<Tree> tree() {
            return Optional.of(devices);
        }

        @Override
        public void limit(String name, List<DeviceRule> asked) throws IOException {
            Path seat = devices.seat(name);
            // also ends the mode of exceptions to "everything", in which a fresh cgroup is
            files.write(seat.resolve(DENY), "a");
            for (DeviceRule rule : DeviceRules.effective(asked)) {
                for (String line : lines(rule)) {
                    files.write(seat.resolve(rule.allow() ? ALLOW : DENY), line);
                }
            }
        }

        @Override
        public void change(String name, List<DeviceRule> before, List<DeviceRule> after) throws IOException {
            if (before.equals(after)) {
                return;
            }
            try {
                limit(name, after);
            } catch (IOException e) {
                try {
                    limit(name, before);
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }

        private static List<String> lines(DeviceRule rule) {
            if (DeviceRules.isForEverything(rule)) {
                return List.of("a");
            }
            List<String> types = rule.type().equals("a") ? List.of("c", "b") : List.of(rule.type());
            return types.stream()
                    .map(type ->
                            "%s %s:%s %s".formatted(type, number(rule.major()), number(rule.minor()), rule.access()))
                    .toList();
        }

        private static String number(int number) {
            return number == DeviceRule.ALL ? "*" : Integer.toString(number);
        }
    }
}
