package io.holdfast.scheduler.api;

import io.holdfast.model.job.JobKey;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/**
 * A request that the contract admits.
 *
 * @param parameters by name: those given and those with a default, checked
 */
record Call(RoutingContext http, Operation operation, Map<String, String> parameters) {

    Optional<String> optional(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String text(String name) {
        return optional(name)
                .orElseThrow(() -> new IllegalStateException(operation.id() + " has no parameter " + name));
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    String project() {
        return text("project");
    }

    JobKey jobKey() {
        return new JobKey(project(), text("job"));
    }
}
