package io.holdfast.scheduler;

import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.text.Names;
import io.holdfast.placement.table.Fit;
import io.holdfast.scheduler.core.CoreSettings;
import io.holdfast.scheduler.core.FillPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How a scheduler runs.
 *
 * @param dataDir made when it is not there; one scheduler's at a time
 * @param httpHost of the loopback
 * @param httpPort 0 for any that is free
 * @param hazelcastPort on the loopback, which agents' clients dial; 0 for any that is free
 */
public record SchedulerConfig(Path dataDir, String httpHost, int httpPort, int hazelcastPort, CoreSettings core) {

    /** As configuration files and flags name it. */
    public static final String ROLE = "scheduler";

    public static final String DEFAULT_HTTP_HOST = "127.0.0.1";
    public static final int DEFAULT_HTTP_PORT = 7470;

    private static final int MAX_PORT = 65_535;
    private static final long MIN_MILLIS = 1_000;
    private static final long MAX_MILLIS = 3_600_000;

    /** With the defaults of everything but these. */
    public static SchedulerConfig of(Path dataDir, int httpPort) {
        return new SchedulerConfig(dataDir, DEFAULT_HTTP_HOST, httpPort, 0, CoreSettings.DEFAULT);
    }

    /** All keys, or everything that is wrong with them. */
    public static Outcome<SchedulerConfig> read(ConfigReader in) {
        Path dataDir = in.requiredPath("data-dir");
        String httpHost = in.text("http-host", DEFAULT_HTTP_HOST);
        if (!loopback(httpHost)) {
            in.reject(
                    "http-host",
                    httpHost,
                    "is not an address of the loopback: while one token is all the access control there is, others are "
                            + "refused; use 127.0.0.1 and a tunnel");
        }
        int httpPort = in.integer("http-port", DEFAULT_HTTP_PORT, 0, MAX_PORT);
        int hazelcastPort = in.integer("hazelcast-port", 0, 0, MAX_PORT);
        if (httpPort != 0 && httpPort == hazelcastPort) {
            in.reject("hazelcast-port", String.valueOf(hazelcastPort), "is http-port too: choose another");
        }
        CoreSettings otherwise = CoreSettings.DEFAULT;
        CoreSettings core = new CoreSettings(
                millis(in, "node.lost-after", otherwise.lostAfterMillis()),
                millis(in, "lead.lease", otherwise.leadLeaseMillis()),
                millis(in, "settle", otherwise.settleMillis()),
                millis(in, "full-pass", otherwise.fullPassMillis()),
                fill(in));
        return in.finish(() -> new SchedulerConfig(dataDir, httpHost, httpPort, hazelcastPort, core));
    }

    private static FillPolicy fill(ConfigReader in) {
        Fit otherwise = fit(in, "placement.policy", in.text("placement.policy", word(Fit.PACK)));
        Map<String, Fit> byPool = new HashMap<>();
        in.mapping("placement.pools").forEach((pool, word) -> {
            String key = "placement.pools." + pool;
            if (Names.valid(pool)) {
                byPool.put(pool, fit(in, key, word));
            } else {
                in.reject(key, pool, "is no name of a pool: " + Names.RULE);
            }
        });
        return new FillPolicy(otherwise, byPool);
    }

    private static Fit fit(ConfigReader in, String key, String word) {
        for (Fit fit : Fit.values()) {
            if (word(fit).equals(word)) {
                return fit;
            }
        }
        in.reject(
                key, word, "is neither pack, which fills one node after the other, nor balance, which fills all alike");
        return Fit.PACK;
    }

    private static String word(Fit fit) {
        return fit.name().toLowerCase(Locale.ROOT);
    }

    private static long millis(ConfigReader in, String key, long otherwise) {
        return in.durationMillis(key, otherwise, MIN_MILLIS, MAX_MILLIS);
    }

    /** Literal addresses and {@code localhost} only: what another name means may change after it was looked up. */
    private static boolean loopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        if (!host.matches("[0-9.]+|[0-9a-fA-F:]+")) {
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
