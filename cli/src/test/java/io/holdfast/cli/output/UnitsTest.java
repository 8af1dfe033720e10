package io.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void shouldShowTheLargestFittingUnitWhenPrinting() {
        assertThat(Units.bytes(0)).isEqualTo("0");
        assertThat(Units.bytes(64L << 20)).isEqualTo("64Mi");
        assertThat(Units.bytes(8_321_499_136L)).isEqualTo("7.8Gi");
        assertThat(Units.cpu(200)).isEqualTo("200m");
        assertThat(Units.cpu(2000)).isEqualTo("2");
        assertThat(Units.cpu(1500)).isEqualTo("1.5");
        assertThat(Units.span(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(Units.span(Duration.ofHours(49))).isEqualTo("2d");
    }
}
