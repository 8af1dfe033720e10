package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Request;

/** One request to the keeper, and what it is for. */
public sealed interface Step {

    Request request();

    record CreateSandbox(Request.CreateSandbox request) implements Step {}

    /** Remembered as begun before it is sent: a start whose answer never came counts as one. */
    record StartTask(String task, Attempt attempt, Request.StartContainer request) implements Step {}

    /** A start that is known to fail before the keeper is asked: remembered as one that has failed. */
    record FailStart(String task, Attempt failed) implements Step {
        @Override
        public Request request() {
            throw new UnsupportedOperationException("a start that fails asks for nothing");
        }
    }

    record StopContainer(Request.StopContainer request) implements Step {}

    record RemoveContainer(Request.RemoveContainer request) implements Step {}

    record RemoveSandbox(Request.RemoveSandbox request) implements Step {}
}
