package io.holdfast.scheduler.api;

import io.holdfast.model.line.LineMessage;
import io.holdfast.scheduler.core.Commands;
import io.holdfast.scheduler.line.NodeStreams;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;

/** Pause and resume: noted in the event log, then asked of the node. Both may be repeated. */
final class ControlRoutes {
    private final CoreCalls core;
    private final Commands commands;
    private final Targets targets;
    private final NodeStreams streams;

    ControlRoutes(CoreCalls core, Commands commands, Targets targets, NodeStreams streams) {
        this.core = core;
        this.commands = commands;
        this.targets = targets;
        this.streams = streams;
    }

    Map<String, Function<Call, Future<?>>> handlers() {
        return Map.of(
                "pauseAllocation", call -> control(call, LineMessage.Ask.PAUSE, Commands.ALLOCATION_PAUSE),
                "resumeAllocation", call -> control(call, LineMessage.Ask.RESUME, Commands.ALLOCATION_RESUME));
    }

    private Future<?> control(Call call, String action, String eventType) {
        return targets.allocation(call)
                .compose(target -> core.ready(() -> commands.note(eventType, target.allocation(), Map.of()))
                        .compose(noted -> noted.isPresent()
                                ? Refusal.<LineMessage.Answer>failed(java.util.List.of(noted.get()))
                                : streams.ask(
                                        target.allocation().nodeId(),
                                        target.allocation().id(),
                                        action))
                        .compose(answer -> NodeAnswers.body(answer, "the node did not " + action + " it: "))
                        .map(done -> Answers.json(
                                call.http(),
                                200,
                                AllocationView.of(target.allocation(), new NodeNames(target.nodes())))));
    }
}
