package io.holdfast.placement;

import io.holdfast.model.job.Constraint;
import io.holdfast.model.job.Constraint.Operator;
import io.holdfast.model.job.Resources;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.DeviceAsk;
import io.holdfast.placement.request.Needs;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.request.Ports;
import io.holdfast.placement.request.Preferences;
import io.holdfast.placement.request.Preferences.Affinity;
import io.holdfast.placement.request.Preferences.Layer;
import io.holdfast.placement.request.Preferences.Spread;
import io.holdfast.placement.request.Requirements;
import io.holdfast.placement.request.Requirements.DistinctValue;
import io.holdfast.placement.table.Fit;
import io.holdfast.placement.table.Node;
import io.holdfast.placement.table.Node.DeviceGroup;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Nodes and requests from a seed: many shapes, few values, so that rules meet. */
final class RandomCluster {
    private static final long GI = 1L << 30;

    private final Random random;
    private final boolean alike;
    private int keys;

    RandomCluster(long seed) {
        random = new Random(seed);
        alike = random.nextBoolean();
    }

    Random random() {
        return random;
    }

    /** Some pools are balanced. */
    NodeTable table(int nodes) {
        NodeTable table = new NodeTable(RandomCluster::fit);
        for (int i = 0; i < nodes; i++) {
            table.put(node("n" + i));
        }
        return table;
    }

    static Fit fit(Node node) {
        return node.attributes().getOrDefault(Node.POOL, "").equals("wide") ? Fit.BALANCE : Fit.PACK;
    }

    Node node(String id) {
        Map<String, String> attributes = new HashMap<>();
        if (random.nextInt(4) != 0) {
            attributes.put("zone", "z" + random.nextInt(3));
        }
        attributes.put("kernel", "5." + random.nextInt(12));
        attributes.put("cores", Integer.toString(random.nextInt(9)));
        if (random.nextInt(4) == 0) {
            attributes.put(Node.POOL, random.nextBoolean() ? "wide" : "dense");
        }
        if (random.nextInt(3) == 0) {
            attributes.put(Node.DATACENTER, "dc" + random.nextInt(2));
        }
        long cpu = alike ? 4000 : 500L * random.nextInt(16);
        long memory = alike ? 8 * GI : random.nextInt(16) * GI;
        Node node = new Node(id, "node-" + id, new Capacity(cpu, memory, random.nextInt(3) * 20 * GI, 5000), attributes)
                .withEligible(random.nextInt(8) != 0)
                .withLayers(LayerHashes.of(random.longs(random.nextInt(5), 1, 6).toArray()))
                .withMaxAllocations(random.nextInt(6) == 0 ? 2 : Node.MAX_ALLOCATIONS)
                .withPorts(random.nextInt(4) == 0 ? new Ports(100, 102) : Ports.DEFAULT);
        if (random.nextInt(4) == 0) {
            node = node.withCounted(Map.of("license", (long) random.nextInt(4)));
        }
        return random.nextInt(3) != 0
                ? node
                : node.withDevices(
                        new DeviceGroup("gpu", "m" + random.nextInt(2), random.nextInt(5)),
                        new DeviceGroup("gpu", "m2", random.nextInt(2)));
    }

    /** Requests in runs of one ask. */
    List<PlacementRequest> requests(int count) {
        List<PlacementRequest> requests = new ArrayList<>();
        while (requests.size() < count) {
            Ask ask = ask();
            String gang = random.nextInt(8) == 0 ? "gang" + keys : "";
            int run = 1 + random.nextInt(8);
            for (int i = 0; i < run; i++) {
                List<String> failed = gang.isEmpty() && random.nextInt(4) == 0
                        ? List.of("n" + random.nextInt(12), "long-gone")
                        : List.of();
                requests.add(new PlacementRequest("r" + keys++, ask, failed, gang));
            }
        }
        return requests;
    }

    Ask ask() {
        return new Ask(
                random.nextBoolean() ? "" : "p/job/group" + random.nextInt(3),
                random.nextBoolean() ? "" : "p/job" + random.nextInt(3),
                random.nextInt(3),
                needs(),
                random.nextBoolean() ? Requirements.NONE : requirements(),
                random.nextBoolean() ? Preferences.NONE : preferences());
    }

    private Needs needs() {
        Resources resources = new Resources(
                random.nextInt(5) == 0 ? 0 : 100L * random.nextInt(15),
                0,
                random.nextInt(5) == 0 ? 0 : random.nextInt(9) * GI / 4,
                0,
                random.nextInt(40),
                0,
                "",
                0,
                random.nextBoolean() ? 0 : random.nextInt(12) * GI);
        Needs needs = Needs.of(resources);
        if (random.nextInt(8) == 0) {
            needs = needs.withCounted(Map.of("license", 1L));
        }
        if (random.nextInt(4) == 0) {
            needs = needs.withPorts(
                    random.nextBoolean() ? List.of() : List.of(100 + random.nextInt(5)), random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
            DeviceAsk device = random.nextBoolean()
                    ? DeviceAsk.whole("gpu", 1 + random.nextInt(3))
                    : DeviceAsk.share("gpu", 1 + random.nextInt(999));
            needs = needs.withDevices(random.nextBoolean() ? device : device.of(List.of("m1", "m2")));
        }
        return needs;
    }

    private Requirements requirements() {
        Requirements requirements = Requirements.NONE;
        if (random.nextInt(3) == 0) {
            requirements = requirements.withConstraints(List.of(constraint()));
        }
        if (random.nextInt(6) == 0) {
            requirements = requirements.in(
                    random.nextBoolean() ? "dense" : "", random.nextBoolean() ? List.of("dc0") : List.of());
        }
        if (random.nextInt(5) == 0) {
            requirements = requirements.onDistinctNodes();
        }
        if (random.nextInt(5) == 0) {
            requirements = requirements.withDistinct(new DistinctValue("zone", 1 + random.nextInt(2)));
        }
        if (random.nextInt(5) == 0) {
            requirements = requirements.apartFrom("p/job" + random.nextInt(3));
        }
        return requirements;
    }

    private Constraint constraint() {
        return switch (random.nextInt(8)) {
            case 0 -> new Constraint("zone", Operator.EQUAL, "z" + random.nextInt(3));
            case 1 -> new Constraint("zone", Operator.NOT_EQUAL, "z" + random.nextInt(3));
            case 2 -> new Constraint("zone", Operator.IN, "z0, z1");
            case 3 -> new Constraint("cores", Operator.AT_LEAST, "4");
            case 4 -> new Constraint("kernel", Operator.VERSION, ">= 5.5, < 5.11");
            case 5 -> new Constraint("zone", Operator.SET, "");
            case 6 -> new Constraint("zone", Operator.MATCHES, "z[12]");
            default -> new Constraint("cores", Operator.LESS, "6");
        };
    }

    private Preferences preferences() {
        Preferences preferences = Preferences.NONE;
        if (random.nextBoolean()) {
            preferences = preferences.with(new Affinity(constraint(), 50), new Affinity(constraint(), -30));
        }
        if (random.nextBoolean()) {
            preferences = preferences.with(
                    random.nextBoolean() ? Spread.evenly("zone") : new Spread("zone", 40, Map.of("z0", 60, "z1", 20)));
        }
        if (random.nextInt(3) == 0) {
            preferences = preferences.with(
                    List.of(new Layer(1 + random.nextInt(6), 1_000L * random.nextInt(3)), new Layer(7, 500)));
        }
        return preferences;
    }
}
