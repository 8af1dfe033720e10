package io.holdfast.keeper.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A kernel that does nothing but remember what was asked and answer as told: 0 where nothing was told. Not thread-safe. */
public final class RecordingKernel implements Kernel {
    /** One call, as it was made. */
    public record Asked(Call call, List<Object> arguments) {}

    private final List<Asked> asked = new ArrayList<>();
    private final Map<Call, Deque<Long>> answers = new EnumMap<>(Call.class);
    private int walks;

    /** The next calls of this kind get these answers in turn; a negative one is an error number. */
    public RecordingKernel answer(Call call, long... results) {
        Deque<Long> queue = answers.computeIfAbsent(call, key -> new ArrayDeque<>());
        for (long result : results) {
            queue.add(result);
        }
        return this;
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public int walks() {
        return walks;
    }

    @Override
    public long call(Call call, Object... args) throws ErrnoException {
        asked.add(new Asked(call, List.of(args)));
        Deque<Long> queue = answers.get(call);
        long result = queue == null || queue.isEmpty() ? 0 : queue.remove();
        if (result < 0) {
            throw new ErrnoException(call, (int) -result, args);
        }
        return result;
    }

    @Override
    public void run(long firstRowAddress) {
        walks++;
    }
}
