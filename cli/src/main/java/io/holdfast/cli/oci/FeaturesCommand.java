package io.holdfast.cli.oci;

import io.holdfast.keeper.oci.Features;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What of the specification is carried out. */
@Command(name = "features", description = "Show as JSON what of the specification is carried out.")
final class FeaturesCommand implements Callable<Integer> {
    @ParentCommand
    private OciCommand oci;

    @Override
    public Integer call() {
        return oci.carryOut(() -> {
            oci.console().out().println(OciJson.pretty(Features.ALL));
            return 0;
        });
    }
}
