package io.holdfast.scheduler.event;

import java.util.Map;

/**
 * Something happened.
 *
 * @param id from the commit sequence, so that it survives a change of leader; 0 for what was only observed and is not stored
 * @param type {@code job-submitted}, {@code job-stopped}, {@code allocation-placed}, {@code allocation-changed}, {@code
 *     allocation-exec}, {@code allocation-pause}, {@code allocation-resume}, {@code node-registered}, {@code node-changed}, {@code leader-elected}
 * @param project empty where it is of no project
 * @param subject the job's name, allocation's or node's id
 * @param data what the API shows with it; values are text, numbers or nested maps and lists of them
 */
public record ClusterEvent(
        long id, long atMillis, String type, String project, String subject, Map<String, Object> data) {}
