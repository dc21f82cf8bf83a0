package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.forecast.Forecast.Elsewhere;
import io.tinyclip.cluster.forecast.Forecast.Here;
import io.tinyclip.cluster.forecast.Forecast.Stage;
import io.tinyclip.cluster.forecast.Forecast.Travels;
import io.tinyclip.cluster.machine.RoleMemory;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A forecast as a person reads it. */
public final class ForecastText {
    private static final double MILLION = 1e6;
    private static final double GIB = 1L << 30;
    private static final double MB = 1e6;
    private static final double GB = 1e9;
    private static final double HOUR = 3600;
    private static final double MINUTE = 60;
    private static final double PERCENT = 100;

    private final Forecast forecast;
    private final StringBuilder text = new StringBuilder();

    private ForecastText(Forecast forecast) {
        this.forecast = forecast;
    }

    public static String of(Forecast forecast) {
        ForecastText writer = new ForecastText(forecast);
        writer.steps();
        writer.memory();
        writer.travels(forecast.travels());
        writer.disk(forecast.disk());
        forecast.here().ifPresent(writer::here);
        forecast.elsewhere().ifPresent(writer::elsewhere);
        forecast.notes().forEach(note -> writer.line("note: %s", note));
        return writer.text.toString();
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    private void steps() {
        line(
                "%-20s %9s %12s %8s %10s %9s %11s %11s",
                "run " + forecast.name(), "steps", "pairs", "passes", "vector M", "teacher", "s a step", "core s");
        for (Stage stage : forecast.stages()) {
            line(
                    "%-20s %9d %12d %8s %10.2f %9d %11s %11s",
                    stage.work().name(),
                    stage.work().steps(),
                    stage.pairs(),
                    number(stage.passes()),
                    stage.work().layout().size() / MILLION,
                    stage.asked(),
                    number(stage.cost().map(Cost::seconds)),
                    number(stage.cost().map(Cost::processor)));
        }
        line(
                "(teacher: steps in which it is asked, beside what a step takes; what masks or calibration choose is nominal)");
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "?";
    }

    private static String number(Optional<Double> value) {
        return value.map(it -> String.format(Locale.ROOT, "%.3f", it)).orElse("-");
    }

    private void memory() {
        line("");
        line("%-20s %10s %12s %10s %12s", "memory a process", "heap GiB", "native GiB", "GPU GiB", "java");
        for (RoleMemory role : forecast.memory()) {
            line(
                    "%-20s %10.2f %12.2f %10.2f %12s",
                    role.role(),
                    role.heap() / GIB,
                    role.outside() / GIB,
                    role.device() / GIB,
                    "-Xmx" + role.xmxMib() + "m");
        }
    }

    private void travels(Travels travels) {
        line("");
        line(
                "%-20s %14s %14s   (of a step; %d workers, %d servers)",
                "bytes a process", "receives MB", "sends MB", travels.workers(), travels.servers());
        line("%-20s %14.3f %14.3f   messages of some kilobytes", "coordinator", 0.0, 0.0);
        line(
                "%-20s %14.3f %14.3f",
                "server", travels.server().receives() / MB, travels.server().sends() / MB);
        line(
                "%-20s %14.3f %14.3f",
                "worker", travels.worker().receives() / MB, travels.worker().sends() / MB);
        line("In one process nothing travels.");
    }

    private void disk(DiskNeed disk) {
        line("");
        line(
                "disk: checkpoints %.3f GB (%.3f GB each), models %.3f GB, records %.3f GB, teacher's store %s",
                disk.checkpoints() / GB,
                disk.checkpoint() / GB,
                disk.models() / GB,
                disk.records() / GB,
                disk.teacherStore().isPresent()
                        ? String.format(
                                Locale.ROOT, "%.3f GB", disk.teacherStore().getAsLong() / GB)
                        : "unknown without --pairs");
    }

    private void here(Here here) {
        line("");
        line("%-44s %12s %12s", "on this machine, " + here.threads() + " threads", "time", "core s");
        row("until the first step", here.begin());
        row("compiling, code and kernels", here.warming());
        row("steps", here.steps());
        row(
                "teacher ("
                        + String.format(
                                Locale.ROOT, "%.3f s a step)", here.asking().seconds()),
                here.teacher());
        row("checkpoints", here.checkpoints());
        row("judging and the report", here.judging());
        row("all", here.all());
        line(
                "%s",
                here.whole()
                        ? "(measured now, a step as large as the run's)"
                        : "(measured now on smaller steps, and carried over to the run's)");
    }

    private void row(String name, Cost cost) {
        line("%-44s %12s %12.1f", name, time(cost.seconds()), cost.processor());
    }

    private static String time(double seconds) {
        if (seconds >= HOUR) {
            return String.format(Locale.ROOT, "%.2f h", seconds / HOUR);
        }
        return seconds >= MINUTE
                ? String.format(Locale.ROOT, "%.1f min", seconds / MINUTE)
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private void elsewhere(Elsewhere other) {
        Machines machines = other.machines();
        line("");
        line(
                "on %d x %s, computed, with %d servers: %.1f hours of steps",
                machines.count(), machines.name(), other.servers(), other.hours());
        for (int i = 0; i < other.seconds().size(); i++) {
            line(
                    "  %-18s %10.3f s a step",
                    forecast.stages().get(i).work().name(), other.seconds().get(i));
        }
        if (other.again() > 0) {
            line("  %.0f %% of the graphs have no room: their forward is computed twice", PERCENT * other.again());
        }
        if (other.decoding().isPresent()) {
            line("  pictures take %.1f cores of each machine", other.decoding().getAsDouble());
        }
    }
}
