package io.holdfast.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.NodeRegistration;
import java.util.Map;

/**
 * Puts a node's registration in place of the present one unless that is of a later incarnation; within one the last wins,
 * since a node registers anew when its capacity changes. For the node's own key only; another is refused.
 *
 * <p>Answers whether the registration stands there afterwards.
 */
public record RegisterNode(NodeRegistration registration) implements EntryProcessor<String, NodeRegistration, Boolean> {

    @Override
    public Boolean process(Map.Entry<String, NodeRegistration> entry) {
        if (!entry.getKey().equals(registration.nodeId())) {
            return false;
        }
        NodeRegistration present = entry.getValue();
        if (present != null && present.incarnation() > registration.incarnation()) {
            return false;
        }
        if (!registration.equals(present)) {
            entry.setValue(registration);
        }
        return true;
    }

    static final class Serializer implements CompactSerializer<RegisterNode> {
        @Override
        public RegisterNode read(CompactReader in) {
            return new RegisterNode(in.readCompact("registration"));
        }

        @Override
        public void write(CompactWriter out, RegisterNode register) {
            out.writeCompact("registration", register.registration());
        }

        @Override
        public String getTypeName() {
            return "holdfast.register-node";
        }

        @Override
        public Class<RegisterNode> getCompactClass() {
            return RegisterNode.class;
        }
    }
}
