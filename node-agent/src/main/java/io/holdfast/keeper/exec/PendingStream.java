package io.holdfast.keeper.exec;

import io.holdfast.keeper.api.Reply;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** A session that waits for its client's socket. One of {@link #begin} and {@link #abandon} follows, once. Thread-safe. */
public interface PendingStream {

    /** What the client is to be told before the first frame. */
    Reply reply();

    /** From now on the channel is the session's, which closes it. May block: the thread is the connection's own. */
    void begin(SocketChannel channel) throws IOException;

    /** The client is gone already. */
    void abandon();
}
