package io.holdfast.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpoolTest {
    private static final long GIB = 1L << 30;

    @Test
    void shouldNotFillTheDiskAboveWhereImagesGo() {
        assertThat(Spool.fits(45 * GIB, 40 * GIB, 100 * GIB)).isTrue();
        assertThat(Spool.fits(45 * GIB + 1, 40 * GIB, 100 * GIB)).isFalse();
        assertThat(Spool.fits(0, 86 * GIB, 100 * GIB)).isFalse();
        assertThat(Spool.full(46 * GIB, 40 * GIB, 100 * GIB))
                .hasMessage(
                        "46Gi more would fill the node's disk above 85 %: 40Gi of 100Gi are in use, holdfast image prune"
                                + " makes room");
    }
}
