package io.holdfast.model.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Jobs;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class LifeCycleTest {

    /** A row is a state, its columns are in the enum's order: x where it may become that, . where not. */
    private static <S extends Enum<S>> void check(S[] states, BiPredicate<S, S> mayBecome, String table) {
        StringBuilder actual = new StringBuilder();
        for (S from : states) {
            actual.append(from).append(' ');
            for (S to : states) {
                actual.append(mayBecome.test(from, to) ? 'x' : '.');
            }
            actual.append('\n');
        }
        assertThat(actual.toString()).isEqualTo(table);
    }

    @Test
    void shouldAllowTheseStepsOfAnAllocationAndNoOthers() {
        check(AllocationState.values(), AllocationState::mayBecome, """
                PENDING xxxxxxxx
                STARTING .xxxxxxx
                RUNNING .xxxxxxx
                STOPPING ...xxxxx
                COMPLETE ....x...
                FAILED .....x..
                STOPPED ......x.
                LOST .xxxxxxx
                """);
    }

    @Test
    void shouldAllowTheseStepsOfATaskAndNoOthers() {
        check(TaskState.values(), TaskState::mayBecome, """
                PENDING xx.x
                STARTING .xxx
                RUNNING ..xx
                EXITED xx.x
                """);
    }

    @Test
    void shouldAllowTheseStepsOfANodeAndNoOthers() {
        check(NodeState.values(), NodeState::mayBecome, """
                READY xx.xx
                DRAINING xxxxx
                DRAINED x.xxx
                DISCONNECTED xxxxx
                LOST xxxxx
                """);
    }

    @Test
    void shouldEndInThreeStatesOnly() {
        assertThat(Arrays.stream(AllocationState.values()).filter(AllocationState::terminal))
                .containsExactly(AllocationState.COMPLETE, AllocationState.FAILED, AllocationState.STOPPED);
    }

    @Test
    void shouldRefuseATableThatForgetsAState() {
        assertThatThrownBy(() -> LifeCycle.of(TaskState.class)
                        .row(TaskState.PENDING, TaskState.EXITED)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the life cycle of TaskState has no row for STARTING");
    }

    @Test
    void shouldKeepTheTimesOfTransitions() {
        Allocation placed = Allocations.pending("a1", Jobs.service("web", 1), 0, "n1");
        Allocation lost = placed.transition(AllocationState.RUNNING, 10, "")
                .transition(AllocationState.STARTING, 20, "task main ended")
                .transition(AllocationState.RUNNING, 30, "")
                .transition(AllocationState.LOST, 40, "node n1 is lost");
        assertThat(List.of(lost.startedAtMillis(), lost.finishedAtMillis())).containsExactly(10L, 0L);
        Allocation stopped = lost.transition(AllocationState.STOPPED, 50, "replaced")
                .transition(AllocationState.STOPPED, 60, "replaced");
        assertThat(List.of(stopped.startedAtMillis(), stopped.finishedAtMillis()))
                .containsExactly(10L, 50L);
        assertThat(stopped.name()).isEqualTo("web.main[0]");
        assertThatThrownBy(() -> stopped.transition(AllocationState.RUNNING, 70, ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("allocation a1 is stopped and cannot become running");
    }
}
