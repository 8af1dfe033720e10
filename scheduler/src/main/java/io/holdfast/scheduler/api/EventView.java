package io.holdfast.scheduler.api;

import io.holdfast.scheduler.event.ClusterEvent;
import java.util.Map;

/** An event as the API shows it: {@code Event} in {@code openapi.yaml}; {@code null} for an id or project it has not. */
record EventView(Long id, String at, String type, String project, String subject, Map<String, Object> data) {

    static EventView of(ClusterEvent event) {
        return new EventView(
                event.id() == 0 ? null : event.id(),
                Rfc3339.text(event.atMillis()),
                event.type(),
                event.project().isEmpty() ? null : event.project(),
                event.subject(),
                event.data());
    }
}
