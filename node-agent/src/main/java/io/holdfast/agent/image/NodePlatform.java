package io.holdfast.agent.image;

import io.holdfast.agent.image.ImageException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What runs on this node.
 *
 * @param architecture as Go calls it: {@code amd64}, {@code arm64}
 * @param variant {@code v3} for x86-64-v3, {@code v8} for arm64; empty for the plainest
 */
public record NodePlatform(String os, String architecture, String variant) {

    /** From the property {@code os.arch} of the Java platform. */
    public static NodePlatform ofArch(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> new NodePlatform("linux", "amd64", "");
            case "aarch64", "arm64" -> new NodePlatform("linux", "arm64", "v8");
            default ->
                throw new IllegalArgumentException("images for the architecture " + osArch + " are not supported");
        };
    }

    /** The entry for this node with the highest variant it can run. */
    IndexEntry pick(List<IndexEntry> entries) throws ImageException {
        IndexEntry best = null;
        Set<String> there = new LinkedHashSet<>();
        List<IndexEntry> unnamed = new ArrayList<>();
        for (IndexEntry entry : entries) {
            if (entry.os().isEmpty() && entry.architecture().isEmpty()) {
                unnamed.add(entry);
                continue;
            }
            if (!entry.os().equals("unknown")) { // that is what attestations are
                there.add(entry.platform());
            }
            boolean fits = runs(entry.os(), entry.architecture()) && level(entry.variant()) <= level(variant);
            // of equals, the first
            if (fits && (best == null || level(entry.variant()) > level(best.variant()))) {
                best = entry;
            }
        }
        if (best == null && there.isEmpty() && unnamed.size() == 1) {
            return unnamed.get(0); // the configuration will tell
        }
        if (best == null) {
            throw new ImageException(
                    Kind.NOT_FOUND, "has no image for " + text() + ", only for " + listed(there, unnamed.size()));
        }
        return best;
    }

    boolean runs(String otherOs, String otherArchitecture) {
        return os.equals(otherOs) && architecture.equals(otherArchitecture);
    }

    public String text() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** {@code v3} is 3; none is the plainest of its architecture: v1 of amd64, v8 of arm64. */
    private int level(String of) {
        if (of.isEmpty()) {
            return architecture.equals("arm64") ? 8 : 1;
        }
        return of.matches("v[1-9]") ? of.charAt(1) - '0' : Integer.MAX_VALUE;
    }

    private static String listed(Set<String> there, int unnamed) {
        if (there.isEmpty()) {
            return unnamed == 0 ? "nothing: its index is empty" : unnamed + " platforms it does not name";
        }
        String names = String.join(
                ", ",
                there.stream()
                        .limit(ImageLimits.MAX_LISTED)
                        .map(ImageException::shown)
                        .toList());
        return there.size() > ImageLimits.MAX_LISTED
                ? names + " and " + (there.size() - ImageLimits.MAX_LISTED) + " more"
                : names;
    }
}
