package io.holdfast.agent.line;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the line leads.
 *
 * @param schedulers base addresses as {@code http://host:7470}, tried in turn
 * @param tokenFile holds the node token; read at each dialling, so that it can be replaced
 */
public record LineConfig(List<URI> schedulers, Path tokenFile, String nodeId, String name, String agentVersion) {
    public LineConfig {
        schedulers = List.copyOf(schedulers);
    }
}
