package io.tinyclip.cluster.board;

import io.tinyclip.actors.plane.Link;
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

    /** Whether a cluster has taken this machine in. */
    public void memberReady(boolean in) {
        gauge("tinyclip_member_ready", "Whether this machine has been taken in.", in ? 1 : 0);
    }

    /** @param whose labels in front of the peer's, each with a comma after it */
    void link(String whose, Link link) {
        String between = whose + "peer=\"" + label(link.peer()) + "\"";
        add(
                "tinyclip_link_received_bytes_total",
                "counter",
                "From the peer since the machine joined.",
                between,
                link.receivedBytes());
        add(
                "tinyclip_link_sent_bytes_total",
                "counter",
                "To the peer since the machine joined.",
                between,
                link.sentBytes());
    }

    /** A text as a label's value. */
    static String label(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
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
