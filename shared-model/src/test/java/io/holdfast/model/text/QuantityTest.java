package io.holdfast.model.text;

import static io.holdfast.testkit.Outcomes.textsOf;
import static io.holdfast.testkit.Outcomes.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "64Mi,67108864",
        "1.5Gi,1610612736",
        "10M,10000000",
        "1k,1000",
        "1Ki,1024",
        "7Ei,8070450532247928832",
        "9223372036854775807,9223372036854775807",
        "0.5Ki,512",
        "007,7"
    })
    void shouldReadSizesExactly(String text, long bytes) {
        assertThat(valueOf(Sizes.parse("m", text))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1|m: -1 is negative: give a size as 512Mi",
                "8Ei|m: 8Ei is more than can be counted: give a size as 512Mi",
                "9999999999999999999Ei|m: 9999999999999999999Ei is more than can be counted: give a size as 512Mi",
                "0.3Ki|m: 0.3Ki is finer than one byte: give a size as 512Mi",
                "64mi|m: 64mi has an unknown unit: write a size as 512Mi, did you mean 64Mi",
                "64MB|m: 64MB has an unknown unit: write a size as 512Mi",
                "1e9|m: 1e9 is not a size: write a number and a unit, as 512Mi",
                "64 Mi|m: 64 Mi is not a size: write a number and a unit, as 512Mi",
                "NaN|m: NaN is not a size: write a number and a unit, as 512Mi",
                "٣Mi|m: ٣Mi is not a size: write a number and a unit, as 512Mi",
                "''|m: is not a size: write a number and a unit, as 512Mi"
            })
    void shouldRefuseWhatIsNoSize(String text, String message) {
        assertThat(textsOf(Sizes.parse("m", text))).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource({"10s,10000", "500ms,500", "1.5m,90000", "2h,7200000", "1d,86400000", "0,0", "0s,0", "0.001s,1"})
    void shouldReadDurationsExactly(String text, long millis) {
        assertThat(valueOf(Durations.parse("d", text))).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10|d: 10 has no unit: write a duration as 10s or 500ms",
                "0.0001s|d: 0.0001s is finer than one millisecond: give a duration as 10s or 500ms",
                "10S|d: 10S has an unknown unit: write a duration as 10s or 500ms, did you mean 10s",
                "1m30s|d: 1m30s is not a duration: write a number and a unit, as 10s or 500ms",
                "9223372036854775807d|d: 9223372036854775807d is more than can be counted: give a duration as 10s or 500ms"
            })
    void shouldRefuseWhatIsNoDuration(String text, String message) {
        assertThat(textsOf(Durations.parse("d", text))).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource({"200m,200", "2,2000", "0.5,500", "0.001,1"})
    void shouldReadCpusExactly(String text, long millis) {
        assertThat(valueOf(Cpus.parse("c", text))).isEqualTo(millis);
    }

    @Test
    void shouldRefuseFinerThanAThousandthOfACore() {
        assertThat(textsOf(Cpus.parse("c", "0.0005")))
                .containsExactly(
                        "c: 0.0005 is finer than one thousandth: give an amount of cpu as 200m (thousandths of a core) or 2 (cores)");
    }

    @Test
    void shouldRefuseALongTextUnread() {
        assertThat(textsOf(Sizes.parse("m", "1".repeat(1_000_000))))
                .hasSize(1)
                .first()
                .asString()
                .hasSizeLessThan(200);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        Seed seed = Seed.of(1);
        SplittableRandom random = seed.random();
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >>> random.nextInt(1, 64);
            value = random.nextBoolean() ? value & -(1L << random.nextInt(40)) : value;
            assertThat(valueOf(Sizes.parse("", Sizes.format(value))))
                    .as(seed.toString())
                    .isEqualTo(value);
            assertThat(valueOf(Durations.parse("", Durations.format(value))))
                    .as(seed.toString())
                    .isEqualTo(value);
            assertThat(valueOf(Cpus.parse("", Cpus.format(value))))
                    .as(seed.toString())
                    .isEqualTo(value);
        }
    }
}
