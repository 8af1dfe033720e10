package io.holdfast.scheduler.api;

import io.holdfast.model.error.ErrorCode;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Suggestion;
import io.holdfast.scheduler.auth.BearerToken;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Routes what the contract has, and only that: for each operation the token, the body's media type and all parameters are
 * checked before its handler sees the call. A path with another method answers 405.
 */
final class ContractRouter {
    /** Where the operation's id stands in the routing context, for metrics. */
    static final String OPERATION = "holdfast.operation";

    private final Contract contract;
    private final BearerToken token;
    private final Answers answers;

    ContractRouter(Contract contract, BearerToken token, Answers answers) {
        this.contract = contract;
        this.token = token;
        this.answers = answers;
    }

    /** @param handlers one for each operation's id; a future that fails becomes a problem */
    void mount(Router router, Map<String, Function<Call, Future<?>>> handlers) {
        Map<String, TreeSet<String>> methods = new TreeMap<>();
        for (Operation operation : contract.operations()) {
            Function<Call, Future<?>> handler = handlers.get(operation.id());
            if (handler == null) {
                throw new IllegalStateException("nothing handles " + operation.id() + " of the contract");
            }
            String path = operation.path().replaceAll("\\{(\\w+)}", ":$1");
            router.route(HttpMethod.valueOf(operation.method()), path).handler(http -> serve(http, operation, handler));
            methods.computeIfAbsent(path, any -> new TreeSet<>()).add(operation.method());
        }
        methods.forEach((path, allowed) -> router.route(path).handler(http -> refuseMethod(http, allowed)));
    }

    private void serve(RoutingContext http, Operation operation, Function<Call, Future<?>> handler) {
        http.put(OPERATION, operation.id());
        if (!operation.open() && !token.admits(http.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            Answers.problem(
                    http,
                    Problem.of(
                            ErrorCode.UNAUTHENTICATED,
                            "a valid token is needed: send the header Authorization: Bearer TOKEN, holdfast token "
                                    + "prints it"));
            return;
        }
        if (!operation.bodyTypes().isEmpty() && !bodyTypeKnown(http, operation)) {
            return;
        }
        List<Rejected> errors = new ArrayList<>();
        Map<String, String> values = parameters(http, operation, errors);
        if (!errors.isEmpty()) {
            Answers.problem(http, Problem.of(errors));
            return;
        }
        Future<?> done;
        try {
            done = handler.apply(new Call(http, operation, values));
        } catch (RuntimeException e) {
            done = Future.failedFuture(e);
        }
        done.onFailure(cause -> answers.failure(http, cause));
    }

    private static boolean bodyTypeKnown(RoutingContext http, Operation operation) {
        String header = http.request().getHeader(HttpHeaders.CONTENT_TYPE);
        boolean known = header != null && operation.takes(header);
        if (!known) {
            String what = header == null ? "there is no content-type" : "content-type " + header + " is not read here";
            String types = operation.bodyTypes().stream().sorted().collect(Collectors.joining(", "));
            Answers.problem(http, Problem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, what + ": send one of " + types));
        }
        return known;
    }

    private static Map<String, String> parameters(RoutingContext http, Operation operation, List<Rejected> errors) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : operation.parameters()) {
            List<String> given = switch (parameter.in()) {
                case "path" -> List.of(http.pathParam(parameter.name()));
                case "header" -> http.request().headers().getAll(parameter.name());
                default -> http.queryParams().getAll(parameter.name());
            };
            if (given.size() > 1) {
                errors.add(parameter.refusal(String.join(", ", given), "is given more than once"));
            } else if (given.size() == 1) {
                Outcome<String> checked = parameter.check(given.get(0));
                if (checked instanceof Outcome.Ok<String> ok) {
                    values.put(parameter.name(), ok.value());
                } else if (checked instanceof Outcome.Refused<String> refused) {
                    errors.addAll(refused.errors());
                }
            } else if (parameter.required()) {
                errors.add(parameter.refusal("", "is missing"));
            } else if (!parameter.fallback().isEmpty()) {
                values.put(parameter.name(), parameter.fallback());
            }
        }
        refuseUnknown(http, operation, errors);
        return values;
    }

    /** A misspelt parameter that is ignored does something else than what was asked for. */
    private static void refuseUnknown(RoutingContext http, Operation operation, List<Rejected> errors) {
        List<String> known = operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("query"))
                .map(Parameter::name)
                .toList();
        for (String name : http.queryParams().names()) {
            if (!known.contains(name)) {
                errors.add(new Rejected(
                        ErrorCode.BAD_REQUEST,
                        name,
                        String.join(", ", http.queryParams().getAll(name)),
                        "parameter " + name + " is not known here" + Suggestion.hint(name, known)));
            }
        }
    }

    private static void refuseMethod(RoutingContext http, TreeSet<String> allowed) {
        String list = String.join(", ", allowed);
        http.response().putHeader(HttpHeaders.ALLOW, list);
        Answers.problem(
                http,
                Problem.of(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        http.request().path() + " does not know "
                                + http.request().method() + ", but " + list));
    }
}
