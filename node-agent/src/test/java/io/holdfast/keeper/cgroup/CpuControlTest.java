package io.holdfast.keeper.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuControlTest {

    @ParameterizedTest
    @CsvSource({"0,1", "2,1", "1024,100", "262144,10000", "999999,10000", "512,59", "2048,174"})
    void shouldTurnSharesIntoWeight(long shares, long weight) {
        assertThat(CpuControl.weight(shares)).isEqualTo(weight);
    }
}
