package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.Agreement;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.files.Model;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.BadSample;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
            names = "--teacher",
            paramLabel = "TEACHER",
            description =
                    "A model as MODEL is; tells also how near the model comes to it on these pairs: cosines, and the divergence of the"
                            + " answers.")
    private Optional<String> teacher = Optional.empty();

    @Option(
            names = "--teacher-activation",
            paramLabel = "gelu|quick_gelu",
            converter = ModelOptions.ActivationWord.class,
            description = "Of the teacher's towers, as --activation of the model's.")
    private Optional<Activation> teacherActivation = Optional.empty();

    @Option(
            names = "--teacher-head-width",
            paramLabel = "CHANNELS",
            description = "Of the teacher, as --head-width of the model. Its pictures' size is the model's.")
    private Optional<Integer> teacherHeadWidth = Optional.empty();

    @Option(
            names = "--json",
            description = "Prints JSON: metrics and baseline, recalls in 0..1, and how many pairs were left out.")
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
        Optional<Model> beside = teacher.map(name -> teacher(name, read));
        Engine engine = tools.engine().get();
        try (Progress progress = tools.progress().get();
                Engine.Loaded loaded = engine.load(read)) {
            EvaluationSet evaluation = new Sources(folder, ALL_ICONS, progress)
                    .evaluation(data, "--data", read.preprocessing(), reading.reading());
            Map<String, Double> metrics =
                    switch (task) {
                        case RETRIEVAL ->
                            beside.map(it -> agreement(evaluation, loaded, engine.load(it), progress))
                                    .orElseGet(() -> recall(evaluation, loaded, progress));
                    };
            LOG.info("evaluated: {}", metrics);
            print(metrics, evaluation);
        }
        return ExitCode.DONE;
    }

    /** @throws InvalidInputException if it takes other pictures than the model */
    private Model teacher(String name, Model student) {
        OptionalInt headWidth = ModelOptions.number(teacherHeadWidth);
        Model read = Teachers.read(name, new ReadOptions(teacherActivation, headWidth, OptionalInt.empty()));
        int size = student.preprocessing().size();
        if (read.preprocessing().size() != size) {
            read = Teachers.read(name, new ReadOptions(teacherActivation, headWidth, OptionalInt.of(size)));
        }
        if (!read.preprocessing().equals(student.preprocessing())) {
            throw new InvalidInputException(
                    "--teacher [" + Location.shown(name) + "] takes pictures otherwise than MODEL ("
                            + read.preprocessing() + ", not " + student.preprocessing()
                            + "); name the model that MODEL was made of");
        }
        return read;
    }

    private static Map<String, Double> recall(EvaluationSet evaluation, Engine.Loaded loaded, Progress progress) {
        try (progress) {
            progress.begin("evaluating", evaluation.inputs(), 0);
            AtomicLong done = new AtomicLong();
            return evaluation.metrics(loaded.embedder(), more -> progress.advance(done.addAndGet(more), ""));
        }
    }

    private static Map<String, Double> agreement(
            EvaluationSet evaluation, Engine.Loaded model, Engine.Loaded teacher, Progress progress) {
        try (teacher;
                progress) {
            progress.begin("evaluating", 2 * evaluation.inputs(), 0);
            AtomicLong done = new AtomicLong();
            Map<String, Double> metrics = new LinkedHashMap<>();
            evaluation
                    .tasks()
                    .forEach(task -> metrics.putAll(Agreement.metrics(
                            model.embedder(),
                            teacher.embedder(),
                            task,
                            more -> progress.advance(done.addAndGet(more), ""))));
            return metrics;
        }
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
        Map<String, Double> recalls = new LinkedHashMap<>(metrics);
        recalls.keySet().removeIf(Agreement::isAgreement);
        recalls.forEach((name, share) -> {
            String floor = baseline.containsKey(name) ? decimal(baseline.get(name)) : "-";
            tools.out().printf(Locale.ROOT, "%-15s %8s %17s%n", name, decimal(share), floor);
        });
        if (teacher.isPresent()) {
            tools.out().println("beside the teacher (kl in nats, cosines up to 1)");
            metrics.forEach((name, value) -> {
                if (Agreement.isAgreement(name)) {
                    tools.out().printf(Locale.ROOT, "%-24s %8.4f%n", name, value);
                }
            });
        }
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
        new TreeMap<>(values).forEach((name, value) -> object.addProperty(name, Double.isFinite(value) ? value : null));
        return object;
    }
}
