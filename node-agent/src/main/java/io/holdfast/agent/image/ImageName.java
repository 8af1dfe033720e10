package io.holdfast.agent.image;

import java.util.regex.Pattern;

/** What a job calls its image, parsed. */
public sealed interface ImageName {

    /** As people write it; for messages. */
    String text();

    /**
     * {@code docker.io/library/alpine:3.20}
     *
     * @param host with port, if one is given; {@code docker.io} stands for Docker Hub
     * @param repository path inside the registry
     * @param tag empty if there is a digest
     * @param digest wins over the tag; empty if there is a tag
     */
    record Registry(String host, String repository, String tag, String digest) implements ImageName {
        /** A name, or an IPv6 address in brackets, with a port or without: both become part of a URL. */
        public static final Pattern HOST =
                Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\\[[0-9a-f:]{2,45}\\])(?::[0-9]{1,5})?");

        // distribution specification, "Pulling manifests"
        private static final Pattern REPOSITORY =
                Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
        private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
        private static final int MAX_REPOSITORY_LENGTH = 255;

        public Registry {
            require(HOST.matcher(host).matches(), "host", host);
            require(
                    repository.length() <= MAX_REPOSITORY_LENGTH
                            && REPOSITORY.matcher(repository).matches(),
                    "repository",
                    repository);
            require(tag.isEmpty() || TAG.matcher(tag).matches(), "tag", tag);
            require(digest.isEmpty() || Digests.valid(digest), "digest", digest);
            require(!tag.isEmpty() || !digest.isEmpty(), "tag", tag);
        }

        /** What the registry is asked for. */
        public String reference() {
            return digest.isEmpty() ? tag : digest;
        }

        @Override
        public String text() {
            return host + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
        }
    }

    /**
     * A directory in OCI's image layout: {@code oci:/srv/images/app:1.0}
     *
     * @param path absolute
     * @param tag empty: the only image there
     */
    record Layout(String path, String tag) implements ImageName {
        public Layout {
            require(path.startsWith("/"), "path", path);
        }

        @Override
        public String text() {
            return "oci:" + path + (tag.isEmpty() ? "" : ":" + tag);
        }
    }

    /**
     * What {@code docker save} writes: {@code docker-archive:/srv/images/app.tar}
     *
     * @param path absolute
     */
    record Archive(String path) implements ImageName {
        public Archive {
            require(path.startsWith("/"), "path", path);
        }

        @Override
        public String text() {
            return "docker-archive:" + path;
        }
    }

    private static void require(boolean right, String what, String value) {
        if (!right) {
            throw new IllegalArgumentException("no " + what + " of an image: '" + ImageException.shown(value) + "'");
        }
    }
}
