package io.holdfast.placement.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapPricesTest {

    @Test
    void shouldLoseNothingInGapsThatSharesFillAndAllInThoseThatNobodyWants() {
        long[] losses = GapPrices.losses(new int[] {500}, new double[] {10});

        assertThat(losses[1000]).isZero();
        assertThat(losses[500]).isZero();
        assertThat(losses[499]).isEqualTo(499);
        assertThat(losses[600]).isEqualTo(100);
    }

    /** Ten of 600 need ten devices, and leave ten gaps of 400 for twenty of 200: so those cost nothing, and fill nothing worth anything. */
    @Test
    void shouldPriceSharesByWhatTheySaveElsewhere() {
        long[] few = GapPrices.losses(new int[] {200, 600}, new double[] {5, 10});
        long[] many = GapPrices.losses(new int[] {200, 600}, new double[] {500, 10});

        assertThat(few[400]).isEqualTo(400);
        assertThat(many[400]).isZero();
        assertThat(many[600]).isZero();
    }
}
