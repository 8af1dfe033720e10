package io.holdfast.placement.batch;

import static io.holdfast.placement.Nodes.GI;
import static io.holdfast.placement.Nodes.needs;
import static io.holdfast.placement.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.placement.BestFitEngine;
import io.holdfast.placement.Placement;
import io.holdfast.placement.request.Ask;
import io.holdfast.placement.request.PlacementRequest;
import io.holdfast.placement.table.NodeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

    @Test
    void shouldPutPrioritiesFirstThenGangsThenTheRest() {
        NodeTable table = NodeTable.of(List.of(node("a", 1000, GI)));
        List<PlacementRequest> requests =
                List.of(request(1, ""), request(1, "small"), request(9, ""), request(1, "large"), request(1, "large"));

        assertThat(Order.of(table, requests).stream().flatMapToInt(unit -> Arrays.stream(unit.positions())))
                .containsExactly(2, 3, 4, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldNameEachRequestOnce(long seed) {
        Random random = new Random(seed);
        NodeTable table = NodeTable.of(List.of(node("a", 1000, GI)));
        List<PlacementRequest> requests = IntStream.range(0, 200)
                .mapToObj(i -> new PlacementRequest(
                        "r" + i,
                        Ask.of(needs(random.nextInt(1500), random.nextLong(2 * GI)))
                                .withPriority(random.nextInt(3)),
                        List.of(),
                        random.nextInt(3) == 0 ? "gang" + random.nextInt(20) : ""))
                .toList();

        assertThat(Order.of(table, requests).stream()
                        .flatMapToInt(unit -> Arrays.stream(unit.positions()))
                        .sorted())
                .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
    }

    /** What fills twenty nodes without any slack may need one more: in the order in which it came, it needs three or four. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFillNodesWithHardlyAnySlack(long seed) {
        Random random = new Random(seed);
        int count = 20;
        List<PlacementRequest> requests = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            int left = 20;
            while (left > 0) {
                int size = Math.min(left, 1 + random.nextInt(9));
                requests.add(new PlacementRequest("r" + requests.size(), Ask.of(needs(size * 50, size * GI / 40))));
                left -= size;
            }
        }
        Collections.shuffle(requests, random);
        NodeTable table = new NodeTable();
        IntStream.range(0, count + 1).forEach(i -> table.put(node("n" + i, 1000, GI)));

        assertThat(new BestFitEngine().place(table, requests))
                .allSatisfy(answer -> assertThat(answer).isInstanceOf(Placement.Placed.class));
    }

    private static PlacementRequest request(int priority, String gang) {
        return new PlacementRequest("x", Ask.of(needs(1, 1)).withPriority(priority), List.of(), gang);
    }
}
