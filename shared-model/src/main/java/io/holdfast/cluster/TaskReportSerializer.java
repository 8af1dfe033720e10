package io.holdfast.cluster;

import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.holdfast.model.state.TaskExit;
import io.holdfast.model.state.TaskReport;
import io.holdfast.model.state.TaskState;

/** A task's part of a report; its format is the report's. The exit is a kind and a number. */
final class TaskReportSerializer implements CompactSerializer<TaskReport> {

    @Override
    public TaskReport read(CompactReader in) {
        return new TaskReport(
                in.readString("name"),
                Format.enumOf(TaskState.class, in.readString("state")),
                exit(in.readString("exitKind"), in.readInt32("exitNumber")),
                in.readString("reason"),
                in.readInt32("restarts"),
                in.readInt64("startedAtMillis"),
                in.readInt64("finishedAtMillis"));
    }

    @Override
    public void write(CompactWriter out, TaskReport task) {
        out.writeString("name", task.name());
        out.writeString("state", task.state().name());
        out.writeString("exitKind", kind(task.exit()));
        out.writeInt32("exitNumber", number(task.exit()));
        out.writeString("reason", task.reason());
        out.writeInt32("restarts", task.restarts());
        out.writeInt64("startedAtMillis", task.startedAtMillis());
        out.writeInt64("finishedAtMillis", task.finishedAtMillis());
    }

    private static TaskExit exit(String kind, int number) {
        return switch (kind) {
            case "none" -> TaskExit.NONE;
            case "code" -> new TaskExit.Code(number);
            case "signal" -> new TaskExit.Signal(number);
            case "unknown" -> TaskExit.UNKNOWN;
            default -> throw new HazelcastSerializationException("a task's exit has no kind " + kind);
        };
    }

    private static String kind(TaskExit exit) {
        if (exit instanceof TaskExit.Code) {
            return "code";
        } else if (exit instanceof TaskExit.Signal) {
            return "signal";
        }
        return exit instanceof TaskExit.Unknown ? "unknown" : "none";
    }

    private static int number(TaskExit exit) {
        if (exit instanceof TaskExit.Code code) {
            return code.code();
        }
        return exit instanceof TaskExit.Signal signal ? signal.signal() : 0;
    }

    @Override
    public String getTypeName() {
        return "holdfast.task-report";
    }

    @Override
    public Class<TaskReport> getCompactClass() {
        return TaskReport.class;
    }
}
