package io.holdfast.cli.client;

import io.holdfast.cli.output.Table;
import io.holdfast.model.text.Sizes;
import java.util.function.Consumer;

/** How far an archive has been sent, for people: told now and then. */
final class SendProgress {
    /** Between two tellings. */
    private static final long STEP_BYTES = 1 << 20;

    private final String name;
    private final long sizeBytes;
    private final Consumer<String> told;
    private long nextBytes;

    /** @param sizeBytes negative where it is not known */
    SendProgress(String name, long sizeBytes, Consumer<String> told) {
        this.name = Table.printable(name);
        this.sizeBytes = sizeBytes;
        this.told = told;
    }

    /** @param sent so far */
    void bytes(long sent) {
        if (sent == sizeBytes) {
            told.accept("unpacking " + name);
        } else if (sent >= nextBytes) {
            nextBytes = sent + STEP_BYTES;
            told.accept("sending " + name + ": " + Sizes.rounded(sent)
                    + (sizeBytes < 0 ? "" : " of " + Sizes.rounded(sizeBytes)));
        }
    }
}
