package io.tinyclip.cluster.run;

import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ModelDescription;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.judge.JudgedSets.Opened;
import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.RunEvaluation;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.settings.EvaluationSettings;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Cursor;
import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a run's workers judge its students on what the settings name, and its teacher once, and keeps what came out. What
 * metrics.jsonl has is not judged again: it is written last.
 */
final class StudentJudging {
    private static final Logger LOG = LoggerFactory.getLogger(StudentJudging.class);
    private static final double SECOND = 1e9;

    private final Start start;
    private final RunFolder folder;
    private final Ledger ledger;
    private final Asked asked;
    private final Progress progress;
    private Optional<Judges> judges = Optional.empty();
    private Consumer<JudgedPoint> record = point -> {};

    /** What is asked of whom. @param sets that were opened here */
    record Asked(EvaluationSettings settings, List<Opened> sets) {}

    /** @throws InvalidInputException if a set has another content than when the run began */
    StudentJudging(Start start, RunFolder folder, Ledger ledger, Asked asked, Progress progress) {
        this.start = start;
        this.folder = folder;
        this.ledger = ledger;
        this.asked = asked;
        this.progress = progress;
        if (!asked.sets.isEmpty()) {
            keep(evaluation().with(hashes()));
        }
    }

    void by(Judges workers, Consumer<JudgedPoint> writer) {
        judges = Optional.of(workers);
        record = writer;
    }

    /** Whether there is anything to be judged. */
    boolean asks() {
        return !asked.sets.isEmpty();
    }

    /**
     * The student after some steps.
     *
     * @param next the step that would come next
     * @return its figures
     * @throws Judges.ClosedException where the run ends first
     */
    Map<String, Double> judge(Cursor next, Model student) {
        if (!asks()) {
            return Map.of();
        }
        Optional<JudgedPoint> known = known(next);
        if (known.isPresent()) {
            return known.get().metrics();
        }
        teacher();
        Came came = ask("judging the student", student, asked.sets);
        JudgedPoint point = new JudgedPoint(
                next.stage(),
                MetricsFile.word(next.phase()),
                next.step() - 1,
                came.metrics,
                came.seconds,
                came.computing,
                came.missing);
        folder.requireLead();
        keepBest(point, student);
        // In a store the line may come there with the next steps, and what it stands for must be there by then.
        folder.publish();
        record.accept(point);
        LOG.info(
                "judged stage [{}] after step [{}] in {} s: {}",
                next.stage(),
                point.step(),
                String.format(Locale.ROOT, "%.1f", came.seconds),
                point.metrics());
        return point.metrics();
    }

    private Optional<JudgedPoint> known(Cursor next) {
        try {
            return MetricsFile.judged(folder.metrics()).stream()
                    .filter(point -> point.stage() == next.stage()
                            && point.phase().equals(MetricsFile.word(next.phase()))
                            && point.step() == next.step() - 1)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void teacher() {
        List<Opened> missing = asked.sets.stream()
                .filter(set -> Collections.disjoint(evaluation().teacher().keySet(), set.figures()))
                .toList();
        if (start.teacher().isPresent() && !missing.isEmpty()) {
            Came came = ask("judging the teacher", start.teacher().get(), missing);
            Map<String, Double> figures = new TreeMap<>(evaluation().teacher());
            figures.putAll(came.metrics);
            keep(evaluation().withTeacher(figures));
            LOG.info("judged the teacher in {} s: {}", String.format(Locale.ROOT, "%.1f", came.seconds), figures);
        }
    }

    private record Came(Map<String, Double> metrics, Map<String, String> missing, double seconds, double computing) {}

    private Came ask(String what, Model model, List<Opened> sets) {
        progress.begin(what, 1, 0);
        long began = System.nanoTime();
        List<Judges.Answer> answers = answers(new Judges.Question(
                ModelDescription.of(model),
                model.vector(),
                sets.stream()
                        .map(it -> new Judges.AskedSet(
                                it.set(),
                                it.task().pictures(),
                                it.task().texts().size()))
                        .toList(),
                asked.settings.within()));
        Map<String, Double> metrics = new TreeMap<>();
        Map<String, String> missing = new TreeMap<>();
        long nanos = 0;
        for (int i = 0; i < answers.size(); i++) {
            Judges.Answer answer = answers.get(i);
            nanos += answer.nanos();
            figures(sets.get(i), answer, metrics, missing);
        }
        double seconds = (System.nanoTime() - began) / SECOND;
        keep(evaluation().judged(seconds, missing));
        progress.advance(1, "");
        return new Came(metrics, missing, seconds, nanos / SECOND);
    }

    private static void figures(
            Opened set, Judges.Answer answer, Map<String, Double> metrics, Map<String, String> missing) {
        String reason = answer.reason();
        Optional<TaskEmbeddings> usable = answer.embeddings().filter(it -> it.pictures().length > 0);
        if (usable.isPresent()) {
            set.task().figures(usable.get()).forEach((name, value) -> {
                if (Double.isFinite(value)) {
                    metrics.put(set.prefix() + name, value);
                }
            });
            int leftOut = set.task().pictures() - usable.get().pictures().length;
            if (leftOut > 0) {
                LOG.warn(
                        "left out [{}] pictures of [{}], which cannot be used",
                        leftOut,
                        set.set().name());
            }
        } else {
            String why = reason.isEmpty() ? "none of its pictures can be used" : reason;
            missing.put(set.set().name(), why);
            LOG.warn("set [{}] is not judged: {}; training goes on", set.set().name(), why);
        }
    }

    private List<Judges.Answer> answers(Judges.Question question) {
        try {
            return judges.orElseThrow(() -> new IllegalStateException("nobody judges"))
                    .ask(question)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (FailedWork.unwrapped(e) instanceof Judges.ClosedException closed) {
                throw closed;
            }
            throw e;
        }
    }

    /** The first of those that are as good. One of a step that is yet to come was judged before the run went back. */
    private void keepBest(JudgedPoint point, Model student) {
        String figure = asked.settings.best();
        Optional<Double> value = Optional.ofNullable(point.metrics().get(figure));
        Optional<RunEvaluation.Best> before =
                evaluation().best(point.stage(), figure).filter(it -> it.step() < point.step());
        boolean better = value.isPresent()
                && before.filter(it -> it.value() >= value.get()).isEmpty();
        if (!figure.isEmpty() && value.isEmpty()) {
            LOG.warn(
                    "tinyclip.evaluation.best [{}] is none of {}",
                    figure,
                    point.metrics().keySet());
        }
        if (better) {
            Path model = folder.best(start.plan(), point.stage());
            ModelFolder.write(model, student, StoredFloat.F32);
            String name = String.valueOf(model.getFileName());
            keep(evaluation().with(new RunEvaluation.Best(point.stage(), point.step(), figure, value.get(), name)));
        }
    }

    private RunEvaluation evaluation() {
        return ledger.record().figures().evaluation();
    }

    private void keep(RunEvaluation judged) {
        ledger.change(run -> run.with(run.figures().with(judged)));
    }

    private Map<String, String> hashes() {
        Map<String, String> hashes = new TreeMap<>(evaluation().sets());
        for (Opened set : asked.sets) {
            String name = set.prefix().isEmpty()
                    ? set.set().name() + " " + set.set().task()
                    : set.set().name();
            String hash = set.set().contentHash();
            Optional<String> before = Optional.ofNullable(hashes.put(name, hash));
            if (before.filter(it -> !it.equals(hash)).isPresent()) {
                throw new InvalidInputException("the set [" + name + "] of tinyclip.evaluation had content ["
                        + before.get() + "] when this run judged by it, and has [" + hash
                        + "] now; give it another name, or the old content");
            }
        }
        return hashes;
    }
}
