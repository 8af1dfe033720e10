package io.holdfast.simulation.report;

import static io.holdfast.simulation.TestPods.ask;
import static io.holdfast.simulation.TestPods.node;
import static io.holdfast.simulation.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.table.Node;
import io.holdfast.simulation.replay.Experiment;
import io.holdfast.simulation.replay.Fleet;
import io.holdfast.simulation.replay.Mode;
import io.holdfast.simulation.replay.NodeFill;
import io.holdfast.simulation.replay.Policy;
import io.holdfast.simulation.replay.Ratios;
import io.holdfast.simulation.replay.Replay;
import io.holdfast.simulation.replay.Run;
import io.holdfast.simulation.trace.Pod;
import io.holdfast.simulation.trace.TraceInvalid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final List<Node> NODES =
            List.of(node("plain", 1000, 100, 0), node("full", 1000, 100, 2), node("idle", 1000, 100, 1));
    private static final List<Pod> PODS = List.of(pod("a", ask(500, 25, 2, 1000)), pod("b", ask(900, 100, 0, 0)));

    @Test
    void shouldLeaveNoMarkupWhenANodeIsNamedLikeIt() throws TraceInvalid {
        String page = page(List.of(node("</title><script>&\"'\u0007", 1000, 100, 0)), PODS, 0);

        assertThat(page)
                .contains("<title>&lt;/title&gt;&lt;script&gt;&amp;&quot;&#39;? 90 100</title>")
                .doesNotContain("<script");
    }

    @Test
    void shouldNeedNothingElse() throws TraceInvalid {
        assertThat(page(NODES, PODS, 0)).doesNotContainPattern("(?i)https?:|src=|href=|<script|@import|url\\(");
    }

    @Test
    void shouldShowTheFullestFirstWithTheirPercentages() throws TraceInvalid {
        String page = Page.of(runs(NODES, PODS, 0).subList(0, 1));

        assertThat(titles(page)).containsExactly("full 100 50 25", "plain - 90 100", "idle");
        // one unit wide each: cpu of half the height, then nine tenths, then none
        assertThat(page).contains("<path class=\"cpu\" d=\"M0 100V50h1V10h1V100h1V100z\"/>");
        assertThat(page).contains("<path class=\"gpu room\" d=\"M0 100V0h1V100h2V100z\"/>");
        assertThat(page).contains("<path class=\"unused\" d=\"M0 100V100h2V0h1V100z\"/>");
    }

    @Test
    void shouldLeaveGpusOutWhenNoNodeHasAny() throws TraceInvalid {
        String page =
                Page.of(runs(List.of(node("plain", 1000, 100, 0)), PODS, 0).subList(0, 1));

        assertThat(page).doesNotContain("<span>GPU</span>").doesNotContain("GPU allocated");
        assertThat(titles(page)).containsExactly("plain 90 100");
    }

    @Test
    void shouldHaveTheFiguresOfTheTable() throws TraceInvalid {
        List<Run> runs = runs(NODES, PODS, 3);
        String page = Page.of(runs);

        assertThat(Summary.rows(Report.of(runs))).hasSize(Policy.values().length);
        Summary.rows(Report.of(runs))
                .forEach(row -> assertThat(page).contains("<tr><td>" + String.join("</td><td>", row) + "</td></tr>"));
    }

    @Test
    void shouldDrawTheFirstRunOfEachPolicyAndSaySoWhenThereAreMany() throws TraceInvalid {
        assertThat(Pattern.compile("<section>").matcher(page(NODES, PODS, 3)).results())
                .hasSize(Policy.values().length);
        assertThat(page(NODES, PODS, 3)).contains("in the first of 3 runs").contains("with seed 7.");
        assertThat(page(NODES, PODS, 0)).doesNotContain("seed");
    }

    @Test
    void shouldNeitherLookFullNorEmptyWhenItIsNotQuite() {
        NodeFill fill = new NodeFill("a", true, 1, new Ratios(0.999, 0.001, 0));

        assertThat(Strip.WITH_GPUS).extracting(strip -> strip.percent(fill)).containsExactly(99, 1, 0);
    }

    @Test
    void shouldStaySmallWhenNodesAreMany() throws TraceInvalid {
        Random random = new Random(1);
        List<Node> nodes = new ArrayList<>();
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            nodes.add(node("some-node-" + (1000 + i), 96_000, 400_000, i % 3));
        }
        for (int i = 0; i < 2000; i++) {
            pods.add(pod("p" + i, ask(1 + random.nextInt(60_000), random.nextInt(200_000), i % 2, 300)));
        }
        Run run = new Replay(nodes, pods, () -> 0).arrivals(Policy.RANDOM, pods, 1);
        String page = Page.of(Collections.nCopies(Policy.values().length, run));

        assertThat(titles(page)).hasSize(1500 * Policy.values().length);
        assertThat(page.length()).isLessThan(1_100_000);
    }

    private static String page(List<Node> nodes, List<Pod> pods, int seeds) throws TraceInvalid {
        return Page.of(runs(nodes, pods, seeds));
    }

    private static List<Run> runs(List<Node> nodes, List<Pod> pods, int seeds) throws TraceInvalid {
        return new Experiment(Fleet.fixed(nodes), pods, List.of(Policy.values()), 7, seeds, 0, Mode.ARRIVALS, () -> 0)
                .run();
    }

    private static List<String> titles(String page) {
        return Pattern.compile("<rect x=\\d+><title>(.*?)</title></rect>")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
