package io.holdfast.agent.reconcile;

import io.holdfast.keeper.oci.Spec;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users as jobs write them: {@code uid}, {@code uid:gid}, or a name of the image's /etc/passwd. */
public final class TaskUsers {
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,9})(?::([0-9]{1,9}))?");

    private TaskUsers() {}

    /** The group is the user's number where none is given; a name is left to be resolved in the container's root. */
    public static Spec.User parse(String user) {
        Matcher numbers = NUMBERS.matcher(user);
        if (!numbers.matches()) {
            return new Spec.User(0, 0, List.of(), Spec.User.DEFAULT_UMASK, user);
        }
        int uid = Integer.parseInt(numbers.group(1));
        return new Spec.User(uid, numbers.group(2) == null ? uid : Integer.parseInt(numbers.group(2)), List.of());
    }
}
