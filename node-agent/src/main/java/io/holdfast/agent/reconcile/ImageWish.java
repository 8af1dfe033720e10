package io.holdfast.agent.reconcile;

import io.holdfast.model.job.Image;
import io.holdfast.model.job.PullPolicy;

/** An image that an allocation needs to start a task, or to start it anew. */
public record ImageWish(String allocationId, Image image, PullPolicy pull) {}
