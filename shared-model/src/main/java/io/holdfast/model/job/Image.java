package io.holdfast.model.job;

/** Where a task's root file system comes from. */
public sealed interface Image {

    /** As it stands in a job: {@code host} or {@code dir:/path}. */
    String reference();

    /** The node's own /usr, /bin, /sbin and /lib*, read only, under a fresh upper layer. */
    record Host() implements Image {
        @Override
        public String reference() {
            return "host";
        }
    }

    /** @param path absolute, of a directory on the node that holds a root file system */
    record Directory(String path) implements Image {
        @Override
        public String reference() {
            return "dir:" + path;
        }
    }
}
