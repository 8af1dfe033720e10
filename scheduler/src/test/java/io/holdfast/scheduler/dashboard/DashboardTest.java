package io.holdfast.scheduler.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.holdfast.model.job.GroupSpec;
import io.holdfast.model.job.JobSpec;
import io.holdfast.model.job.JobType;
import io.holdfast.model.state.Allocation;
import io.holdfast.model.state.AllocationState;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.NodeState;
import io.holdfast.scheduler.api.ApiFixture;
import io.holdfast.scheduler.api.FakeAgent;
import io.holdfast.scheduler.api.FakeCluster;
import io.holdfast.testkit.Allocations;
import io.holdfast.testkit.Jobs;
import io.holdfast.testkit.ManualClock;
import io.holdfast.testkit.Nodes;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a real browser over a real server and a cluster that the test makes up. */
class DashboardTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static Playwright playwright;
    private static Browser browser;

    private ApiFixture api;
    private BrowserContext context;
    private Page page;
    private final List<String> troubles = new ArrayList<>();

    @BeforeAll
    static void launch() {
        Path chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(chromium != null, "there is no chromium: apt-get install chromium");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")));
    }

    @AfterAll
    static void quit() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void open() {
        api = new ApiFixture();
        context(ColorScheme.LIGHT);
    }

    private void context(ColorScheme scheme) {
        context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(1360, 900).setColorScheme(scheme));
        page = context.newPage();
        page.onPageError(troubles::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("net::ERR_")) {
                troubles.add(message.text());
            }
        });
    }

    @AfterEach
    void close() {
        context.close();
        api.close();
        assertThat(troubles).isEmpty();
    }

    private void visit() {
        page.navigate("http://127.0.0.1:" + api.port + "/#token=" + ApiFixture.TOKEN);
        assertThat(page.locator(".connection")).containsText("live");
    }

    private void shoot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private Locator hold(String node) {
        return page.getByRole(AriaRole.ARTICLE, new Page.GetByRoleOptions().setName("node " + node));
    }

    /** A small fleet with something of everything. */
    private void populate() {
        JobSpec web = service("web", 6, 500, 1_024);
        JobSpec store = service("store", 2, 1_500, 3_072);
        JobSpec worker = service("mail-worker", 9, 200, 256);
        JobSpec report = new JobSpec(
                "report", JobType.BATCH, 50, service("report", 2, 800, 512).groups());
        api.cluster.put(FakeCluster.job("default", web, 4, "running"));
        api.cluster.put(FakeCluster.job("default", store, 1, "running"));
        api.cluster.put(FakeCluster.job("default", worker, 12, "updating"));
        api.cluster.put(FakeCluster.job("default", report, 1, "failed"));
        String[] nodes = {"brigantine", "caravel", "dhow", "galleon"};
        int n = 0;
        for (JobSpec spec : List.of(web, store, worker)) {
            GroupSpec group = spec.groups().get(0);
            for (int i = 0; i < group.count(); i++) {
                Allocation placed = Allocations.pending(id(n), spec, i, nodes[n % 3]);
                Allocation running = Allocations.running(placed, ManualClock.START_MILLIS);
                AllocationState state = n % 7 == 4
                        ? AllocationState.STARTING
                        : n % 7 == 6
                                ? AllocationState.PENDING
                                : n == 9 ? AllocationState.STOPPING : AllocationState.RUNNING;
                api.cluster.put(Allocations.inState(running, state));
                n++;
            }
        }
        Allocation done = Allocations.running(Allocations.pending(id(n), report, 0, "dhow"), ManualClock.START_MILLIS);
        api.cluster.put(Allocations.ended(done, 137, ManualClock.START_MILLIS + 90_000));
        for (String node : nodes) {
            boolean lost = node.equals("galleon");
            int count = api.cluster.on(() -> api.cluster.allocationsOn(node).size());
            api.cluster.put(FakeCluster.node(
                    Nodes.node(node),
                    lost ? NodeState.LOST : NodeState.READY,
                    lost ? new Capacity(0, 0, 0, 0) : new Capacity(2_700, 5_900L << 20, 0, 1_536),
                    count));
        }
    }

    private static String id(int n) {
        return "k" + Integer.toString(n, 32) + "h7w2m9q4v8x3c6b1n5r0t7y2z";
    }

    private static JobSpec service(String name, int count, long cpuMillis, long memoryMi) {
        return Jobs.job(
                name,
                JobType.SERVICE,
                Jobs.group(
                        "main", count, Jobs.task("main", Jobs.resources(cpuMillis, memoryMi), "/bin/sleep", "3600")));
    }

    @Test
    void shouldShowNodesAsHoldsWithTheirAllocations() {
        populate();
        visit();
        assertThat(page.locator(".hold")).hasCount(4);
        assertThat(hold("brigantine").locator(".crate")).hasCount(6);
        assertThat(hold("galleon")).containsText("lost");
        assertThat(hold("galleon")).containsText("no word from it");
        assertThat(page.locator(".jobs tbody")).hasCount(4);
        assertThat(page.locator(".crate[data-id='" + id(0) + "']"))
                .hasAttribute("aria-label", "web.main[0], running, 0.5 cores, 1 GiB");
        shoot("light");
        page.locator(".jobs")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("mail-worker"))
                .click();
        assertThat(page.locator(".rows li")).hasCount(9);
        page.locator("button[title='light or dark']").click();
        shoot("dark-open");
    }

    @Test
    void shouldNotDrawCratesOverEachOtherNorOutsideTheHold() {
        populate();
        visit();
        assertThat(hold("caravel").locator(".crate")).hasCount(6);
        Object overlaps = page.evaluate("""
                async () => {
                  const { stow } = await import('/hold.js');
                  let bad = [];
                  for (let count = 0; count < 120; count += 1) {
                    const crates = stow(Array.from({ length: count }, (_, i) => ({ id: String(i), share: ((i * 37) % 11 + 1) / 40 })));
                    for (const a of crates) {
                      if (a.x < 18 || a.x + a.w > 282.01 || a.y < 21.9 || a.y + a.h > 172.01) bad.push(['out', count, a]);
                      for (const b of crates) {
                        if (a.id < b.id && a.x < b.x + b.w && b.x < a.x + a.w && a.y + 0.01 < b.y + b.h && b.y + 0.01 < a.y + a.h
                          && Math.min(a.h, b.h) > 2) bad.push(['over', count, a, b]);
                      }
                    }
                  }
                  return bad.length;
                }""");
        assertThat(overlaps).isEqualTo(0);
    }

    @Test
    void shouldFollowTheClusterLive() {
        populate();
        visit();
        assertThat(hold("brigantine").locator(".crate")).hasCount(6);

        JobSpec fresh = service("fresh", 1, 1_000, 1_024);
        api.cluster.put(FakeCluster.job("default", fresh, 1, "pending"));
        Allocation placed = Allocations.pending("fresh-1", fresh, 0, "brigantine");
        api.cluster.put(placed);
        api.cluster.publish(FakeCluster.event(1, "allocation-placed", "default", "fresh-1"));
        Locator crate = hold("brigantine").locator(".crate[data-id='fresh-1']");
        assertThat(crate).hasClass(Pattern.compile("pending"));

        api.cluster.put(Allocations.running(placed, ManualClock.START_MILLIS));
        api.cluster.publish(FakeCluster.event(0, "allocation-changed", "default", "fresh-1"));
        assertThat(crate).hasClass(Pattern.compile("running"));

        api.cluster.put(Allocations.ended(Allocations.running(placed, 1), 0, ManualClock.START_MILLIS));
        api.cluster.publish(FakeCluster.event(2, "allocation-changed", "default", "fresh-1"));
        assertThat(crate).hasCount(0);
    }

    @Test
    void shouldShowAnAllocationAndFollowItsLog() {
        populate();
        try (FakeAgent agent = FakeAgent.dial(api, "brigantine").keepAlive()) {
            agent.onStream((open, socket) -> {
                for (int i = 1; i <= 60; i++) {
                    socket.writeBinaryMessage(
                            Buffer.buffer(open.stream() + ": line " + i + " of " + open.task() + "\n"));
                }
            });
            visit();
            Locator crate = page.locator(".crate[data-id='" + id(0) + "']");
            crate.focus();
            page.keyboard().press("Enter");
            Locator details = page.getByRole(AriaRole.COMPLEMENTARY);
            assertThat(details).containsText("web.main[0]");
            assertThat(details).containsText(id(0));
            assertThat(details.locator(".log")).containsText("stdout: line 60 of main");
            assertThat(details).containsText("following");
            shoot("details");
            agent.streams.get(0).writeBinaryMessage(Buffer.buffer("and on\n"));
            assertThat(details.locator(".log")).containsText("and on");
            page.getByText("stderr").click();
            assertThat(details.locator(".log")).containsText("stderr: line 1 of main");
            page.keyboard().press("Escape");
            assertThat(details).hasCount(0);
            assertThat(crate).isFocused();
        }
    }

    @Test
    void shouldSayWhyThereIsNoLog() {
        populate();
        visit();
        page.locator(".crate[data-id='" + id(0) + "']").click();
        assertThat(page.locator(".details")).containsText("has no line to this scheduler");
        troubles.clear(); // the browser notes the 503
    }

    @Test
    void shouldTakeTheTokenOutOfTheAddressAndKeepItForTheTab() {
        visit();
        assertThat(page.url()).doesNotContain(ApiFixture.TOKEN);
        page.reload();
        assertThat(page.locator(".connection")).containsText("live");
        assertThat(page.locator("main")).containsText("No node yet");
    }

    @Test
    void shouldAskForATokenWhenThereIsNoneOrAWrongOne() {
        page.navigate("http://127.0.0.1:" + api.port + "/");
        assertThat(page.getByText("A token opens this page.")).isVisible();
        shoot("token");
        page.locator("#token").fill("wrong");
        page.keyboard().press("Enter");
        assertThat(page.getByText("not valid")).isVisible();
        page.locator("#token").fill(ApiFixture.TOKEN);
        page.keyboard().press("Enter");
        assertThat(page.locator(".connection")).containsText("live");
        troubles.clear(); // the browser notes the 401
    }

    @Test
    void shouldResumeWhenTheServerComesBack() {
        populate();
        visit();
        assertThat(page.locator(".hold")).hasCount(4);
        api.restart();
        api.cluster.put(FakeCluster.node(Nodes.node("sloop"), NodeState.READY, new Capacity(0, 0, 0, 0), 0));
        assertThat(page.locator(".hold")).hasCount(5);
        assertThat(page.locator(".connection")).containsText("live");
    }

    @Test
    void shouldFitASmallScreen() {
        populate();
        page.setViewportSize(390, 844);
        visit();
        assertThat(page.locator(".hold")).hasCount(4);
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        shoot("small");
    }
}
