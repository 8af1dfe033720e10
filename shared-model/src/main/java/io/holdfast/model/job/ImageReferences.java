package io.holdfast.model.job;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References as people write them. Those of registries follow the grammar and the short forms of Docker's (distribution/reference):
 * what stands before the first slash is a host where it holds a dot or a colon or is {@code localhost}; without a host it is Docker
 * Hub's, without a slash one of Hub's {@code library}, without tag and digest the tag {@code latest}.
 */
final class ImageReferences {
    static final String DIRECTORY = "dir:";
    static final String LAYOUT = "oci:";
    static final String ARCHIVE = "docker-archive:";

    private static final String HUB = "docker.io";
    /** What else Docker Hub answers to: one image has one reference. */
    private static final Set<String> HUB_SERVERS = Set.of("index.docker.io", "registry-1.docker.io");

    private static final String HUB_OFFICIAL = "library/";
    private static final String DEFAULT_TAG = "latest";

    /** Characters of a host and a repository together: what registries agree on. */
    private static final int MAX_NAME = 255;

    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final Pattern HOST = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*(?::[0-9]{1,5})?");
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern LAYOUT_TAG = Pattern.compile("(.*[^:/]):([^:/]+)");

    private static final String FORMS =
            "must be host, dir:/path, oci:/path[:tag], docker-archive:/file or an image of a registry, as alpine:3.20 or"
                    + " registry.example.com:5000/team/web@sha256:…";

    private ImageReferences() {}

    static Outcome<Image> parse(String path, String text) {
        if (text.equals("host")) {
            return Outcome.ok(Image.HOST);
        }
        if (text.startsWith(DIRECTORY)) {
            return TaskDecoder.absolute(path, text, text.substring(DIRECTORY.length()))
                    .fold(directory -> Outcome.ok(new Image.Directory(directory)), Outcome::refused);
        }
        if (text.startsWith(LAYOUT)) {
            return layout(path, text);
        }
        if (text.startsWith(ARCHIVE)) {
            return TaskDecoder.absolute(path, text, text.substring(ARCHIVE.length()))
                    .fold(file -> Outcome.ok(new Image.Archive(file)), Outcome::refused);
        }
        if (text.startsWith("/")) {
            return refused(path, text, FORMS + ", did you mean 'dir:" + Rejected.shorten(text) + "'");
        }
        return registry(path, text);
    }

    static Outcome<Image.Registry> name(String path, String text) {
        Outcome<Image> parsed = parse(path, text);
        if (parsed instanceof Outcome.Refused<Image> refused) {
            return Outcome.refused(refused.errors());
        }
        if (!(((Outcome.Ok<Image>) parsed).value() instanceof Image.Registry name)) {
            return refused(path, text, "is no name that an image can be given, as team/web:1.0");
        }
        return name.digest().isEmpty()
                ? Outcome.ok(name)
                : refused(
                        path,
                        text,
                        "has a digest, which follows from what the image holds: leave out the @ and what follows it");
    }

    private static Outcome<Image> layout(String path, String text) {
        String rest = text.substring(LAYOUT.length());
        Matcher tagged = LAYOUT_TAG.matcher(rest);
        String tag = tagged.matches() ? tagged.group(2) : "";
        if (!tag.isEmpty() && !TAG.matcher(tag).matches()) {
            return badTag(path, text, tag);
        }
        return TaskDecoder.absolute(path, text, tag.isEmpty() ? rest : tagged.group(1))
                .fold(directory -> Outcome.ok(new Image.Layout(directory, tag)), Outcome::refused);
    }

    private static Outcome<Image> registry(String path, String text) {
        int at = text.indexOf('@');
        String digest = at < 0 ? "" : text.substring(at + 1);
        if (at >= 0 && !DIGEST.matcher(digest).matches()) {
            return refused(path, text, "has a digest that is not sha256: and 64 of 0-9 and a-f");
        }
        String tagged = at < 0 ? text : text.substring(0, at);
        int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        String tag = colon < 0 ? "" : tagged.substring(colon + 1);
        if (colon >= 0 && !TAG.matcher(tag).matches()) {
            return badTag(path, text, tag);
        }
        String name = colon < 0 ? tagged : tagged.substring(0, colon);
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hosted = first.matches(".*[.:].*") || first.equals("localhost");
        String named = hosted ? first.toLowerCase(Locale.ROOT) : HUB;
        String host = HUB_SERVERS.contains(named) ? HUB : named;
        String rest = hosted ? name.substring(slash + 1) : name;
        String repository = host.equals(HUB) && rest.indexOf('/') < 0 ? HUB_OFFICIAL + rest : rest;
        if (!HOST.matcher(host).matches()) {
            return refused(path, text, "names a registry that is no host, as registry.example.com:5000");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            return refused(path, text, FORMS);
        }
        if (host.length() + 1 + repository.length() > MAX_NAME) {
            return refused(path, text, "has a name above " + MAX_NAME + " characters, the longest of an image");
        }
        return Outcome.ok(
                new Image.Registry(host, repository, tag.isEmpty() && digest.isEmpty() ? DEFAULT_TAG : tag, digest));
    }

    private static <T extends Image> Outcome<T> badTag(String path, String text, String tag) {
        return refused(
                path,
                text,
                "has the tag '" + Rejected.shorten(tag)
                        + "': write 1 to 128 letters, digits and _ . -, the first no . or -");
    }

    private static <T extends Image> Outcome<T> refused(String path, String text, String message) {
        return Outcome.refused(Rejected.invalid(path, text, message));
    }
}
