package io.holdfast.agent.line;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final long LEASE = 10_000;
    private static final long MARGIN = Lease.MARGIN_MILLIS + BootClock.RESOLUTION_MILLIS;

    private final Lease lease = new Lease();

    @Test
    void shouldCountFromWhenTheRenewalWasSent() {
        assertThat(lease.renewed(1_000, LEASE, 4_000)).isEqualTo(LEASE - 3_000 - MARGIN);
        assertThat(lease.held(1_000 + LEASE - MARGIN - 1)).isTrue();
        assertThat(lease.held(1_000 + LEASE - MARGIN)).isFalse();
    }

    @Test
    void shouldGiveNothingWhenTheAnswerCameTooLate() {
        assertThat(lease.renewed(1_000, LEASE, 1_000 + LEASE)).isZero();
        assertThat(lease.held(1_000 + LEASE)).isFalse();
    }

    @Test
    void shouldNeverShortenWhatIsHeld() {
        lease.renewed(5_000, LEASE, 5_000);
        lease.renewed(4_000, LEASE, 5_100);

        assertThat(lease.leftMillis(5_100)).isEqualTo(LEASE - MARGIN - 100);
    }

    @Test
    void shouldKeepAMarginThatAShortLeaseSurvives() {
        assertThat(lease.renewed(0, 400, 0)).isEqualTo(400 - 100 - BootClock.RESOLUTION_MILLIS);
    }
}
