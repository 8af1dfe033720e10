package io.holdfast.agent;

import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.job.NodeScope;
import io.holdfast.model.text.Names;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the node's owner says of it, for placement.
 *
 * @param pool the node pool that it belongs to
 * @param datacenter where it stands
 * @param attributes by name, as {@code rack}: constraints see them as {@code ${meta.rack}}
 */
public record NodeTraits(String pool, String datacenter, SortedMap<String, String> attributes) {
    /** Attributes of the owner's own. */
    static final int MAX_ATTRIBUTES = 64;

    /** Characters of an attribute's name. */
    static final int MAX_NAME_LENGTH = 64;

    /** Characters of an attribute's value. */
    static final int MAX_VALUE_LENGTH = 256;

    static final NodeTraits DEFAULT =
            new NodeTraits(NodeScope.DEFAULT_POOL, NodeScope.DEFAULT_DATACENTER, Collections.emptySortedMap());

    private static final String ATTRIBUTES = "attributes";

    // what stands in ${meta.…} of a constraint
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]++(?:\\.[a-zA-Z0-9_-]++)*+");

    // what may be the value of a constraint
    private static final Pattern VALUE =
            Pattern.compile("[^\\x00-\\x20\\x7f](?:[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?");

    public NodeTraits {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** Tells the reader what is wrong with them. */
    void check(ConfigReader in) {
        checkName(in, "pool", pool);
        checkName(in, "datacenter", datacenter);
        if (attributes.size() > MAX_ATTRIBUTES) {
            in.reject(
                    ATTRIBUTES,
                    Integer.toString(attributes.size()),
                    "attributes are above " + MAX_ATTRIBUTES + ", the most of a node: leave some out");
        }
        attributes.forEach((name, value) -> {
            String key = ATTRIBUTES + "." + name;
            if (name.length() > MAX_NAME_LENGTH || !NAME.matcher(name).matches()) {
                in.reject(
                        key,
                        "",
                        "is no name of an attribute: write 1 to " + MAX_NAME_LENGTH
                                + " letters, digits and _ - with dots between them");
            }
            if (value.length() > MAX_VALUE_LENGTH || !VALUE.matcher(value).matches()) {
                in.reject(
                        key,
                        value,
                        "is no value of an attribute: write 1 to " + MAX_VALUE_LENGTH
                                + " characters of one line, no space at both ends");
            }
        });
    }

    private static void checkName(ConfigReader in, String key, String name) {
        if (!Names.valid(name)) {
            in.reject(key, name, Names.RULE);
        }
    }
}
