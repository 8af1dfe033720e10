package io.holdfast.placement.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.job.Resources;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.Requirements;
import org.junit.jupiter.api.Test;

class CompanyTest {
    private static final Ask ASK = Ask.of(new Resources(100, 0, 1 << 20, 0, 0))
            .in("shop", "shop/web")
            .with(Requirements.NONE.apartFrom("bank"));

    private final Company company = new Company();

    @Test
    void shouldTellWhereGroupsAndJobsAreAndWhoWantsToBeApart() {
        company.change(3, ASK, 1);
        company.change(3, ASK, 1);
        company.change(5, ASK, 1);

        assertThat(company.ofGroup("shop/web").on(3)).isEqualTo(2);
        assertThat(company.ofGroup("shop/web").total()).isEqualTo(3);
        assertThat(company.ofJob("shop").on(5)).isEqualTo(1);
        assertThat(company.apartFrom("bank").on(5)).isEqualTo(1);
        assertThat(company.ofJob("bank").total()).isZero();
    }

    @Test
    void shouldKeepNothingOfWhatHasGone() {
        company.change(3, ASK, 1);
        company.change(3, ASK, -1);

        assertThat(company.ofGroup("shop/web")).isSameAs(Siblings.NONE);
        assertThat(company.ofJob("shop")).isSameAs(Siblings.NONE);
        assertThat(company.apartFrom("bank")).isSameAs(Siblings.NONE);
    }
}
