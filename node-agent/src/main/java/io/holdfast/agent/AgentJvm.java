package io.holdfast.agent;

import io.vertx.core.VertxOptions;
import java.util.List;

/**
 * How the agent's own process is kept small. With these flags and a class-data archive it takes about 85 MB (PSS, 64-bit, JDK
 * 17) at rest and 90 MB with 100 allocations; half of that is Hazelcast's client.
 */
public final class AgentJvm {

    /** Of the agent's process; a process that holds more than an agent has flags of its own. */
    public static final List<String> FLAGS = List.of(
            // 12 MB live with 100 allocations; the rest is room for a report of 500 and a manifest beside it
            "-Xmx64m",
            "-Xms8m",
            "-XX:+UseSerialGC",
            // give back what start-up took
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            // some 35 threads, none of which recurses
            "-Xss256k",
            // the agent waits more than it computes: the second compiler's memory buys nothing
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=24m",
            // one event loop, small frames: one arena of small chunks
            "-Dio.netty.allocator.numDirectArenas=1",
            "-Dio.netty.allocator.numHeapArenas=0",
            "-Dio.netty.allocator.maxOrder=3",
            // layers come in parts of 64 KiB, not of 16: a quarter of the hand-overs between threads
            "-Djdk.httpclient.bufsize=65536",
            // the agent serves no files
            "-Dvertx.disableFileCPResolving=true",
            "-Dvertx.disableFileCaching=true");

    /**
     * Beside a class-data archive ({@code -XX:SharedArchiveFile}): maps it where it was made for. Moving it elsewhere, which
     * later updates of JDK 17 do by default (JDK-8294323), makes a private copy of all of it: 35 MB.
     */
    public static final List<String> ARCHIVE_FLAGS =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

    /** Environment of the agent's process: one arena of glibc's for all threads, instead of eight for each core. */
    public static final String MALLOC_ENVIRONMENT = "MALLOC_ARENA_MAX=1";

    private AgentJvm() {}

    /** Vert.x with no more threads than one agent uses. */
    public static VertxOptions vertxOptions() {
        return new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(2);
    }
}
