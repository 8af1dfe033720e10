package io.holdfast.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.reconcile.Samples;
import io.holdfast.agent.reconcile.Sight;
import io.holdfast.model.state.Desired;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.ManifestRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestGateTest {
    private static final ManifestRow ROW = Samples.row("a1", "spec", Desired.RUN);

    private static ManifestGate.Verdict judge(long epochSeen, Manifest present, Manifest candidate) {
        return ManifestGate.judge(Samples.CLUSTER, epochSeen, present, candidate);
    }

    private static Manifest manifest(String cluster, long epoch, long revision, int rowCount, ManifestRow... rows) {
        return new Manifest(cluster, epoch, revision, rowCount, List.of(rows));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "empty,                 '',        0, 0, 0, 0, it is empty",
        "epoch 0,               cluster-1, 0, 9, 1, 1, it is empty",
        "another cluster,       cluster-2, 5, 9, 1, 1, 'it is of cluster cluster-2, this node follows cluster-1'",
        "rows missing,          cluster-1, 5, 9, 2, 1, it has 1 rows and says 2",
        "rows too many,         cluster-1, 5, 9, 0, 1, it has 1 rows and says 0",
        "lower epoch,           cluster-1, 4, 9, 1, 1, 'its epoch 4 is below 5, the highest this node has seen'",
        "an allocation twice,   cluster-1, 5, 9, 2, 2, it names an allocation twice",
    })
    void shouldNotBelieve(String what, String cluster, long epoch, long revision, int rowCount, int rows, String why) {
        ManifestRow[] some = java.util.Collections.nCopies(rows, ROW).toArray(ManifestRow[]::new);

        assertThat(judge(5, Sight.NO_NEWS, manifest(cluster, epoch, revision, rowCount, some)))
                .isEqualTo(new ManifestGate.Verdict.Refused(why));
    }

    @Test
    void shouldBelieveAHigherRevisionOrEpochAndKnowTheSame() {
        Manifest present = manifest(Samples.CLUSTER, 5, 9, 1, ROW);

        assertThat(judge(5, present, manifest(Samples.CLUSTER, 5, 10, 1, ROW)))
                .isInstanceOf(ManifestGate.Verdict.Believed.class);
        assertThat(judge(5, present, manifest(Samples.CLUSTER, 6, 1, 1, ROW)))
                .as("a restored store begins a higher epoch, maybe with a lower revision")
                .isInstanceOf(ManifestGate.Verdict.Believed.class);
        assertThat(judge(5, present, present)).isInstanceOf(ManifestGate.Verdict.Known.class);
        assertThat(judge(5, present, manifest(Samples.CLUSTER, 5, 8, 1, ROW)))
                .isEqualTo(new ManifestGate.Verdict.Refused("its revision 8 is below 9 of the same epoch"));
    }

    @Test
    void shouldBelieveThatNothingIsWantedWhenALeaderSaysSo() {
        assertThat(judge(5, manifest(Samples.CLUSTER, 5, 9, 1, ROW), manifest(Samples.CLUSTER, 5, 10, 0)))
                .isInstanceOf(ManifestGate.Verdict.Believed.class);
    }
}
