package io.holdfast.agent.pull;

import io.holdfast.keeper.api.Reply;
import io.vertx.core.Future;
import java.util.List;

/** What is asked of the keeper about layers that are there already. */
public interface LayerKeeper {

    Future<Reply.Layers> layers();

    /** Those that a container stands on stay. */
    Future<Reply.LayersRemoved> remove(List<String> diffIds);
}
