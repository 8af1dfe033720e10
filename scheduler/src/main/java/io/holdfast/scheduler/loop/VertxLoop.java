package io.holdfast.scheduler.loop;

import io.vertx.core.Context;

/** The loop of a scheduler's process: a Vert.x context. */
public final class VertxLoop implements Loop {
    private final Context context;

    public VertxLoop(Context context) {
        this.context = context;
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(run -> task.run());
    }

    @Override
    public Timer after(long delayMillis, Runnable task) {
        // a timer fires on the context it was set on, which is this one: the core calls from nowhere else
        long id = context.owner().setTimer(Math.max(1, delayMillis), fired -> task.run());
        return () -> context.owner().cancelTimer(id);
    }
}
