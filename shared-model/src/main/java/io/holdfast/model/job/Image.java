package io.holdfast.model.job;

import io.holdfast.model.error.Outcome;

/** Where a task's root file system comes from. */
public sealed interface Image {

    /** As it stands in a job, written out in full: equal images have equal references. */
    String reference();

    /** Whether it has to be fetched and unpacked before a task can start, and brings a configuration of its own. */
    default boolean layered() {
        return true;
    }

    /** The node's own /usr, /bin, /sbin and /lib*, read only, under a fresh upper layer. */
    record Host() implements Image {
        @Override
        public String reference() {
            return "host";
        }

        @Override
        public boolean layered() {
            return false;
        }
    }

    /** @param path absolute, of a directory on the node that holds a root file system */
    record Directory(String path) implements Image {
        @Override
        public String reference() {
            return ImageReferences.DIRECTORY + path;
        }

        @Override
        public boolean layered() {
            return false;
        }
    }

    /**
     * Of a registry.
     *
     * @param host with its port where it has one; {@code docker.io} where the job names none
     * @param repository path in the registry, as {@code library/alpine}
     * @param tag empty where only a digest is given
     * @param digest {@code sha256:…}, which wins over the tag; empty where only a tag is given
     */
    record Registry(String host, String repository, String tag, String digest) implements Image {
        @Override
        public String reference() {
            return host + "/" + repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
        }

        /** The same tag, and the bytes that it stands for. */
        public Registry at(String pinned) {
            return new Registry(host, repository, tag, pinned);
        }
    }

    /**
     * An OCI image layout on the node.
     *
     * @param path absolute, of the directory
     * @param tag empty for the only image in it
     */
    record Layout(String path, String tag) implements Image {
        @Override
        public String reference() {
            return ImageReferences.LAYOUT + path + (tag.isEmpty() ? "" : ":" + tag);
        }
    }

    /** @param path absolute, of a file on the node as {@code docker save} writes it */
    record Archive(String path) implements Image {
        @Override
        public String reference() {
            return ImageReferences.ARCHIVE + path;
        }
    }

    Image HOST = new Host();

    /** A name that an image can be given: as a job names one of a registry by its tag. */
    static Outcome<Registry> name(String path, String text) {
        return ImageReferences.name(path, text);
    }

    /** Whether a reference may have this as its digest. */
    static boolean isDigest(String text) {
        return ImageReferences.DIGEST.matcher(text).matches();
    }

    /** From a job's text; {@code path} is where it stands there. */
    static Outcome<Image> parse(String path, String text) {
        return ImageReferences.parse(path, text);
    }
}
