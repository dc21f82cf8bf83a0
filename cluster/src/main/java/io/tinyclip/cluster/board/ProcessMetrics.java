package io.tinyclip.cluster.board;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers in Prometheus' text format: base units, counters end in {@code _total}, and a family's lines stand together with its type
 * before the first.
 */
public final class ProcessMetrics {
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** What every process tells of itself. */
    public void ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        gauge(
                "process_start_time_seconds",
                "When the process began, since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            counter("process_cpu_seconds_total", "Processor time.", system.getProcessCpuTime() / NANOS);
        }
        gauge("jvm_heap_used_bytes", "Of the Java heap.", runtime.totalMemory() - runtime.freeMemory());
        gauge("jvm_heap_max_bytes", "Of the Java heap.", runtime.maxMemory());
    }

    /** A number that goes up and down. */
    public void gauge(String name, String help, double value) {
        add(name, "gauge", help, "", value);
    }

    /** A number that only grows while the process lives. */
    void counter(String name, String help, double value) {
        add(name, "counter", help, "", value);
    }

    /** @param labels such as {@code machine="a"} */
    void add(String name, String type, String help, String labels, double value) {
        families.computeIfAbsent(
                        name,
                        it -> new StringBuilder("# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n"))
                .append(name)
                .append(labels.isEmpty() ? "" : "{" + labels + "}")
                .append(' ')
                .append(value)
                .append('\n');
    }

    /** All of them. */
    public String text() {
        return String.join("", families.values());
    }
}
