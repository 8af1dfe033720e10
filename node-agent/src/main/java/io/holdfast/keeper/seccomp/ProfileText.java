package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the format of {@code default.seccomp}, which tells its own syntax in its first lines; see also docs/reference/seccomp.md.
 */
final class ProfileText {
    private static final Pattern CONDITION = Pattern.compile("(arg|int)([0-5])( & (\\w+))? (==|!=|<|<=|>|>=) (\\w+)");
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]+");
    private static final long INT = 0xffffffffL;

    private ProfileText() {}

    /** @throws IllegalArgumentException naming the line that is wrong */
    static Profile read(String text, Set<String> capabilities) {
        Action defaultAction = null;
        List<Rule> rules = new ArrayList<>();
        for (String statement : statements(text)) {
            try {
                if (statement.startsWith("default ")) {
                    defaultAction = action(statement.substring("default ".length()));
                } else {
                    rule(statement, capabilities).ifPresent(rules::add);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"" + statement + "\": " + e.getMessage(), e);
            }
        }
        if (defaultAction == null) {
            throw new IllegalArgumentException("no line names the default action, as \"default EPERM\"");
        }
        return new Profile(defaultAction, rules, 0, Profile.Newest.OF_TABLE);
    }

    private static List<String> statements(String text) {
        List<String> statements = new ArrayList<>();
        for (String line : text.split("\n")) {
            String bare = line.replaceFirst("#.*", "").stripTrailing();
            if (bare.isBlank()) {
                continue;
            }
            boolean continues = Character.isWhitespace(bare.charAt(0)) && !statements.isEmpty();
            if (continues) {
                int last = statements.size() - 1;
                statements.set(last, statements.get(last) + " " + bare.strip());
            } else {
                statements.add(bare.strip());
            }
        }
        return statements;
    }

    private static Optional<Rule> rule(String statement, Set<String> capabilities) {
        String[] parts = statement.split(" when ", 2);
        List<String> words = new ArrayList<>(Arrays.asList(parts[0].trim().split("\\s+")));
        boolean counts = true;
        if (words.get(0).equals("with")) {
            if (words.size() < 2 || !CAPABILITY.matcher(words.get(1)).matches()) {
                throw new IllegalArgumentException("a capability such as CAP_SYS_ADMIN should follow \"with\"");
            }
            counts = capabilities.contains(words.get(1));
            words = words.subList(2, words.size());
        }
        if (words.size() < 2) {
            throw new IllegalArgumentException("an action and names of calls are wanted");
        }
        Action action = action(words.get(0));
        List<String> calls = words.subList(1, words.size());
        for (String call : calls) {
            if (!CallTable.isKnown(call)) {
                throw new IllegalArgumentException("there is no call " + call);
            }
        }
        List<Condition> conditions = new ArrayList<>();
        if (parts.length == 2) {
            for (String condition : parts[1].trim().split("\\s+and\\s+")) {
                conditions.add(condition(condition.replaceAll("\\s+", " ")));
            }
        }
        return counts ? Optional.of(new Rule(calls, action, conditions)) : Optional.empty();
    }

    private static Action action(String word) {
        return switch (word) {
            case "allow" -> Action.ALLOW;
            case "log" -> Action.LOG;
            case "kill" -> Action.KILL_PROCESS;
            default ->
                Action.errno(
                        switch (word) {
                            case "EPERM" -> Errno.EPERM;
                            case "EACCES" -> Errno.EACCES;
                            case "EINVAL" -> Errno.EINVAL;
                            case "ENOSYS" -> Errno.ENOSYS;
                            default ->
                                throw new IllegalArgumentException(
                                        word + " is no action: allow, log, kill, EPERM, EACCES, EINVAL, ENOSYS are");
                        });
        };
    }

    private static Condition condition(String text) {
        Matcher matcher = CONDITION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no condition such as int0 != 38");
        }
        long width = matcher.group(1).equals("int") ? INT : Condition.ALL;
        long mask = matcher.group(4) == null ? Condition.ALL : Long.decode(matcher.group(4));
        Condition.Op op = switch (matcher.group(5)) {
            case "==" -> Condition.Op.EQ;
            case "!=" -> Condition.Op.NE;
            case "<" -> Condition.Op.LT;
            case "<=" -> Condition.Op.LE;
            case ">" -> Condition.Op.GT;
            default -> Condition.Op.GE;
        };
        return new Condition(Integer.parseInt(matcher.group(2)), width & mask, op, Long.decode(matcher.group(6)));
    }
}
