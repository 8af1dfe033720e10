package io.holdfast.agent.image;

import java.util.List;
import java.util.Map;

/**
 * What an image says about running it; texts as they stand there, empty where nothing does.
 *
 * @param env {@code NAME=value}
 * @param user name or number, with group or without, to be resolved inside the image
 * @param volumes paths that are to be volumes
 */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        List<String> env,
        String user,
        String workDir,
        String stopSignal,
        List<String> volumes,
        Map<String, String> labels,
        String os,
        String architecture) {
    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = List.copyOf(env);
        volumes = List.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
