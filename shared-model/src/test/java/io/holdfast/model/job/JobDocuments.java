package io.holdfast.model.job;

import static io.holdfast.testkit.Outcomes.valueOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.model.document.Documents;
import io.holdfast.model.document.MediaType;
import java.nio.charset.StandardCharsets;

/** Documents for this package's tests: a full one, and copies with one thing changed. */
final class JobDocuments {
    static final String FULL = """
            job: web
            type: service
            priority: 70
            groups:
              - name: main
                count: 2
                constraints: ["${node.arch} = amd64", "${node.kernel} != 5.4"]
                network: {mode: host}
                restart: {attempts: 5, delay: 2s}
                update: {minHealthy: 3s}
                disconnect: stop
                tasks:
                  - name: one
                    image: dir:/srv/root
                    command: ["/bin/web", "-v"]
                    env: {B: "2", A: "1"}
                    user: "1000:100"
                    workDir: /srv
                    stopGrace: 30s
                    resources: {cpu: 200m, cpuMax: 2, memory: 64Mi, memoryMax: 1Gi, pids: 64}
                  - name: two
                    image: host
                    command: ["/bin/sidecar"]
              - name: other
                tasks:
                  - {name: one, image: host, command: [/bin/true]}
            """;

    /** All that is said of where instances are to be. */
    static final String PLACED = """
            job: web
            type: service
            pool: edge
            datacenters: [fra, ams]
            groups:
              - name: main
                count: 3
                spread:
                  - {over: "${meta.rack}", weight: 70, percents: {b: 40, a: 60}}
                  - {over: "${node.datacenter}"}
                affinity:
                  - {prefer: "${node.arch} = amd64"}
                  - {prefer: "${meta.disk} = slow", weight: -80}
                distinctNode: true
                distinct: [{over: "${meta.rack}"}, {over: "${meta.row}", limit: 2}]
                apartFrom: [db, noisy]
                allOrNothing: true
                tasks:
                  - {name: one, image: host, command: [/bin/true]}
            """;

    private JobDocuments() {}

    static JsonNode yaml(String text) {
        return valueOf(Documents.parse(text.getBytes(StandardCharsets.UTF_8), MediaType.YAML, 8 << 20));
    }

    /** {@link #FULL} with {@code value} (YAML) at a JSON pointer; a field that is not there yet is added. */
    static JsonNode with(String pointer, String value) {
        return with(pointer, yaml("value: " + value).get("value"));
    }

    static JsonNode with(String pointer, JsonNode value) {
        JsonNode document = yaml(FULL);
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, slash));
        String last = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (last.equals("-")) {
            ((ArrayNode) parent).add(value);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(last), value);
        }
        return document;
    }

    /** {@link #FULL} without the field at a JSON pointer. */
    static JsonNode without(String pointer) {
        JsonNode document = yaml(FULL);
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) document.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
        return document;
    }
}
