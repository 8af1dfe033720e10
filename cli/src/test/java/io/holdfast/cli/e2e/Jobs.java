package io.holdfast.cli.e2e;

/** Jobs of these tests, as YAML. */
final class Jobs {
    private Jobs() {}

    static String sleeper(String job, int count, String memory) {
        return """
                job: %s
                type: service
                groups:
                  - name: main
                    count: %d
                    restart: {attempts: 3, delay: 100ms}
                    tasks:
                      - name: main
                        image: host
                        command: ["/bin/sh", "-c", "echo up; exec sleep 100000"]
                        stopGrace: 100ms
                        resources: {cpu: 10m, memory: %s, pids: 16}
                """.formatted(job, count, memory);
    }

    static String once(String job, String image, String script) {
        return """
                job: %s
                type: batch
                groups:
                  - name: main
                    restart: {attempts: 0}
                    tasks:
                      - name: main
                        image: %s
                        command: ["/bin/sh", "-c", "%s"]
                        resources: {cpu: 50m, memory: 32Mi, pids: 32}
                """.formatted(job, image, script);
    }
}
