package io.holdfast.cluster;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.Capacity;
import io.holdfast.model.state.LayerHashes;
import io.holdfast.model.state.NodeRegistration;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node says of itself. Attributes are two arrays of one length, sorted by name. */
final class NodeRegistrationSerializer implements CompactSerializer<NodeRegistration> {
    private static final String LAYERS = "layers";

    @Override
    public NodeRegistration read(CompactReader in) {
        Format.check(in, "node registration");
        String[] names = in.readArrayOfString("attributeNames");
        String[] values = in.readArrayOfString("attributeValues");
        SortedMap<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            attributes.put(names[i], values[i]);
        }
        return new NodeRegistration(
                in.readString("nodeId"),
                in.readString("name"),
                new Capacity(
                        in.readInt64("cpuMillis"),
                        in.readInt64("memoryBytes"),
                        in.readInt64("diskBytes"),
                        in.readInt64("pids")),
                attributes,
                in.readString("agentVersion"),
                in.readInt64("incarnation"),
                layers(in));
    }

    /** An agent that is older than the field tells of none. */
    private static LayerHashes layers(CompactReader in) {
        return in.getFieldKind(LAYERS) == FieldKind.ARRAY_OF_INT64
                ? LayerHashes.of(in.readArrayOfInt64(LAYERS))
                : LayerHashes.NONE;
    }

    @Override
    public void write(CompactWriter out, NodeRegistration node) {
        Format.write(out);
        out.writeString("nodeId", node.nodeId());
        out.writeString("name", node.name());
        out.writeInt64("cpuMillis", node.capacity().cpuMillis());
        out.writeInt64("memoryBytes", node.capacity().memoryBytes());
        out.writeInt64("diskBytes", node.capacity().diskBytes());
        out.writeInt64("pids", node.capacity().pids());
        out.writeArrayOfString("attributeNames", node.attributes().keySet().toArray(String[]::new));
        out.writeArrayOfString("attributeValues", node.attributes().values().toArray(String[]::new));
        out.writeString("agentVersion", node.agentVersion());
        out.writeInt64("incarnation", node.incarnation());
        out.writeArrayOfInt64(LAYERS, node.layers().toArray());
    }

    @Override
    public String getTypeName() {
        return "holdfast.node-registration";
    }

    @Override
    public Class<NodeRegistration> getCompactClass() {
        return NodeRegistration.class;
    }
}
