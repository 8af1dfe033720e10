package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Request;

/** One thing to do for an allocation. */
public sealed interface Step {

    /** One request to the keeper, and what it is for. */
    sealed interface Ask extends Step {
        Request request();
    }

    record CreateSandbox(Request.CreateSandbox request) implements Ask {}

    /** Remembered as begun before it is sent: a start whose answer never came counts as one. */
    record StartTask(String task, Attempt attempt, Request.StartContainer request) implements Ask {}

    /** A start that is known to fail before the keeper is asked: remembered as one that has failed. */
    record FailStart(String task, Attempt failed) implements Step {}

    record StopContainer(Request.StopContainer request) implements Ask {}

    record RemoveContainer(Request.RemoveContainer request) implements Ask {}

    record RemoveSandbox(Request.RemoveSandbox request) implements Ask {}
}
