package io.holdfast.model.job;

import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Suggestion;
import java.util.List;

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

    Image HOST = new Host();

    /** From a job's text; {@code path} is where it stands there. */
    static Outcome<Image> parse(String path, String text) {
        if (text.equals("host")) {
            return Outcome.ok(HOST);
        }
        if (text.startsWith("dir:")) {
            return TaskDecoder.absolute(path, text, text.substring("dir:".length()))
                    .fold(directory -> Outcome.ok(new Directory(directory)), Outcome::refused);
        }
        String hint = Suggestion.hint(text, List.of("host"));
        String message = text.startsWith("/")
                ? "must be host or dir:/path, did you mean 'dir:" + Rejected.shorten(text) + "'"
                : "must be host or dir:/path: images from registries are not supported yet, unpack one into a directory"
                        + hint;
        return Outcome.refused(Rejected.invalid(path, text, message));
    }
}
