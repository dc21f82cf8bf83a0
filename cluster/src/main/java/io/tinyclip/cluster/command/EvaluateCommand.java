package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.files.Model;
import io.tinyclip.step.BadSample;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: a model's figures on some data. */
@Command(
        name = "evaluate",
        description = "Measures how well a model finds texts for pictures and pictures for texts.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluateCommand.class);

    private static final int ALL_ICONS = 0;
    private static final double PERCENT = 100;

    /** What can be measured. */
    enum Task {
        RETRIEVAL
    }

    private final Tools tools;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description =
                    "icons:unseen, icons:validation, icons:train, a pattern of WebDataset tars such as /data/{0..9}.tar, a table such as"
                            + " pairs.csv, or a folder of pictures with captions beside them.")
    private String data = "";

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Option(names = "--task", defaultValue = "retrieval", description = "retrieval (the default): recall at 1, 5, 10.")
    private Task task = Task.RETRIEVAL;

    @Option(
            names = "--json",
            description = "Prints JSON: metrics and baseline, shares in 0..1, and how many pairs were left out.")
    private boolean json;

    @Mixin
    private final CacheOption cache = new CacheOption();

    EvaluateCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Location.readable(data, "--data");
        Path folder = cache.open(Sources.areBuiltIn(data), tools.err());
        Model read = model.read();
        Engine engine = tools.engine().get();
        try (Progress progress = tools.progress().get();
                Engine.Loaded loaded = engine.load(read)) {
            EvaluationSet evaluation = new Sources(folder, ALL_ICONS, progress)
                    .evaluation(data, "--data", read.preprocessing(), reading.reading());
            Map<String, Double> metrics =
                    switch (task) {
                        case RETRIEVAL -> recall(evaluation, loaded, progress);
                    };
            print(metrics, evaluation);
        }
        return ExitCode.DONE;
    }

    private static Map<String, Double> recall(EvaluationSet evaluation, Engine.Loaded loaded, Progress progress) {
        progress.begin("evaluating", evaluation.inputs(), 0);
        AtomicLong done = new AtomicLong();
        Map<String, Double> metrics =
                evaluation.metrics(loaded.embedder(), more -> progress.advance(done.addAndGet(more), ""));
        progress.close();
        LOG.info("evaluated: {}", metrics);
        return metrics;
    }

    private void print(Map<String, Double> metrics, EvaluationSet evaluation) {
        Map<String, Double> baseline = evaluation.baseline();
        List<BadSample> leftOut = evaluation.leftOut();
        if (json) {
            JsonObject object = new JsonObject();
            object.add("metrics", object(metrics));
            object.add("baseline", object(baseline));
            object.addProperty("badSamples", leftOut.size());
            tools.out().println(new GsonBuilder().setPrettyPrinting().create().toJson(object));
            return;
        }
        tools.out().println("metric           model %  pixel baseline %");
        metrics.forEach((name, share) -> {
            String floor = baseline.containsKey(name) ? decimal(baseline.get(name)) : "-";
            tools.out().printf(Locale.ROOT, "%-15s %8s %17s%n", name, decimal(share), floor);
        });
        if (!leftOut.isEmpty()) {
            BadSample first = leftOut.get(0);
            tools.out()
                    .println("left out: " + leftOut.size() + " pairs whose pictures cannot be used, first "
                            + first.place() + ", which " + first.reason());
        }
    }

    private static String decimal(double share) {
        return String.format(Locale.ROOT, "%.1f", PERCENT * share);
    }

    private static JsonObject object(Map<String, Double> values) {
        JsonObject object = new JsonObject();
        new TreeMap<>(values).forEach(object::addProperty);
        return object;
    }
}
