package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import io.tinyclip.cluster.bench.Bench;
import io.tinyclip.cluster.bench.Figure;
import io.tinyclip.cluster.bench.Section;
import io.tinyclip.cluster.bench.Sizes;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.Processor;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench}: what this machine does, beside what it could. */
@Command(
        name = "bench",
        description = {
            "Measures this machine, each figure beside its limit in the same run.",
            "Parts: what it can do at the most, reduction and AdamW, kernels in both precisions, the data plane, messages,"
                    + " bytes of a step, and what of a step is not computation. Leave the machine alone meanwhile."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    /** Part of the machine's memory that kept forward passes may take, as in a run. */
    private static final long HOLD_SHARE = 4;

    private static final double PERCENT = 100;
    private static final String ROW = "%-9s %-74s %10s %-9s %-46s %10s %8s %s%n";

    private final Tools tools;

    @Option(names = "--json", description = "Prints JSON, at the end.")
    private boolean json;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}, in any case.")
    private List<Section> only = List.of(Section.values());

    @Option(
            names = "--full",
            description = "Larger sizes and more rounds: about half an hour instead of a few minutes.")
    private boolean full;

    @Mixin
    private final CostsOption costs = new CostsOption();

    @Option(names = "--tiny", hidden = true, description = "Sizes for tests.")
    private boolean tiny;

    BenchCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        if (costs.isGiven()) {
            return costs();
        }
        Engine engine = tools.engine().get();
        int threads = Runtime.getRuntime().availableProcessors();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Capabilities here = engine.capabilities();
        List<Figure> figures = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (!json) {
            tools.out().println(heading(here));
            tools.out().printf(Locale.ROOT, ROW, "part", "figure", "value", "unit", "limit", "value", "share", "");
        }
        Bench.Listener listener = new Bench.Listener(
                figure -> {
                    figures.add(figure);
                    if (!json) {
                        print(figure);
                    }
                },
                warnings::add);
        new Bench(sizes(), threads, system.getTotalMemorySize() / HOLD_SHARE, here, listener).run(EnumSet.copyOf(only));
        if (json) {
            JsonObject all = json(figures, warnings, here);
            all.addProperty("engine", engine.version());
            all.addProperty("threads", threads);
            tools.out().println(new GsonBuilder().setPrettyPrinting().create().toJson(all));
        } else {
            warnings.forEach(warning -> tools.err().println("warning: " + warning));
        }
        return ExitCode.DONE;
    }

    private int costs() {
        if (json || full || only.size() < Section.values().length) {
            throw new InvalidInputException("--costs measures nothing else; leave --json, --full and --only out");
        }
        Engine engine = tools.engine().get();
        Processor processor = Processor.ofThisMachine();
        costs.write(
                tools,
                List.of(
                        "Processor " + processor.model() + ", instructions "
                                + engine.capabilities().told(),
                        engine.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")),
                tiny);
        return ExitCode.DONE;
    }

    private static String heading(Capabilities here) {
        return "processor " + Processor.ofThisMachine().model() + ", instructions " + here.told()
                + "; tinyclip.precision=auto is "
                + Precision.fitting(here).word() + " here";
    }

    private Sizes sizes() {
        if (tiny) {
            return Sizes.tiny();
        }
        return full ? Sizes.full() : Sizes.usual();
    }

    private void print(Figure figure) {
        tools.out()
                .printf(
                        Locale.ROOT,
                        ROW,
                        name(figure.section()),
                        figure.name(),
                        number(figure.value()),
                        figure.unit(),
                        figure.limit().map(Figure.Limit::name).orElse(""),
                        figure.limit().map(limit -> number(limit.value())).orElse(""),
                        figure.share()
                                .map(share -> String.format(Locale.ROOT, "%.1f %%", PERCENT * share))
                                .orElse(""),
                        figure.met().map(met -> met ? "met" : "missed").orElse(""));
    }

    private static String name(Section section) {
        return section.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < PERCENT ? "%.3f" : "%.0f", value);
    }

    private static JsonObject json(List<Figure> figures, List<String> warnings, Capabilities here) {
        JsonArray array = new JsonArray();
        figures.forEach(figure -> array.add(json(figure)));
        JsonObject all = new JsonObject();
        all.addProperty("processor", Processor.ofThisMachine().model());
        all.addProperty("instructions", here.told());
        all.addProperty("precision", Precision.fitting(here).word());
        all.add("figures", array);
        JsonArray lines = new JsonArray();
        warnings.forEach(lines::add);
        all.add("warnings", lines);
        return all;
    }

    private static JsonObject json(Figure figure) {
        JsonObject json = new JsonObject();
        json.addProperty("section", name(figure.section()));
        json.addProperty("name", figure.name());
        json.addProperty("value", figure.value());
        json.addProperty("unit", figure.unit());
        figure.limit().ifPresent(limit -> {
            JsonObject of = new JsonObject();
            of.addProperty("name", limit.name());
            of.addProperty("value", limit.value());
            json.add("limit", of);
        });
        figure.share().ifPresent(share -> json.addProperty("share", share));
        figure.met().ifPresent(met -> json.addProperty("met", met));
        return json;
    }
}
