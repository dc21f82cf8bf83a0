package io.tinyclip.cluster.run;

import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.Outcome;
import io.tinyclip.actors.RunSetup;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.input.StudentSource;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.MachineParts;
import io.tinyclip.cluster.machine.Memory;
import io.tinyclip.cluster.machine.MemoryNeed;
import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunNumerics;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.result.Judge;
import io.tinyclip.cluster.result.Results;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.data.Dataset;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.Kept;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code run} and {@code pretrain} do: open, check, train, record. */
public final class Training {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    /** The two commands that train; their names are what run.json calls them. */
    public enum Command {
        RUN("run"),
        PRETRAIN("pretrain");

        private final String word;

        Command(String word) {
            this.word = word;
        }
    }

    private final Command command;
    private final Settings settings;
    private final Engine engine;
    private final RunHost host;
    private final Progress progress;
    private final PrintStream out;

    /**
     * What a person sees of a training.
     *
     * @param progress shown while it trains; closed by the caller
     * @param out gets the table at the end
     */
    public record Console(Progress progress, PrintStream out) {}

    public Training(Command command, Settings settings, Engine engine, RunHost host, Console console) {
        this.command = command;
        this.settings = settings;
        this.engine = engine;
        this.host = host;
        this.progress = console.progress;
        this.out = console.out;
    }

    /**
     * Trains to the end, or until the process is asked to stop. A finished run is not done again.
     *
     * @return whether the run is finished
     * @throws InvalidInputException before training starts, for whatever the user can mend
     */
    public boolean execute() {
        try (RunFolder folder = RunFolder.open(settings, command.word, host.folderPatience())) {
            LogFile.to(folder.path().resolve("log.txt"));
            Optional<RunRecord> before = folder.record();
            if (before.isPresent() && before.get().course().finished()) {
                out.println(
                        "run folder [" + folder.path() + "] is finished; set tinyclip.run.name to start another run");
                out.print(Results.table(before.get()).text());
                return true;
            }
            try (Dataset data =
                            Sources.of(settings, progress).train(settings.data().train());
                    GracefulStop stop = GracefulStop.armed()) {
                return train(folder, before, data, stop);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean train(RunFolder folder, Optional<RunRecord> before, Dataset data, GracefulStop stop)
            throws IOException {
        requireBatch(data);
        if (before.isEmpty() && folder.hasCheckpoints()) {
            throw new InvalidInputException("run folder [" + folder.path()
                    + "] has checkpoints but no run.json; bring the file back or set another tinyclip.run.folder");
        }
        Start start = start(data);
        if (host.computes()) {
            Memory.ofThisMachine(settings.free().machine().device()).require(MemoryNeed.of(start, settings));
        }
        EvaluationSet evaluation = Sources.of(settings, progress)
                .evaluation(settings.data().evaluate(), "tinyclip.data.evaluate", start.preprocessing());
        Map<String, String> hashes = inputs(start, data);
        Ledger ledger = new Ledger(folder, record(before, hashes), System::nanoTime);
        folder.write(settings);
        ledger.change(record -> record);
        Judge judge = new Judge(engine, evaluation);
        judgeTeacher(start, judge, ledger);
        LOG.info(
                "{} [{}] in [{}] starts or goes on",
                command.word,
                settings.free().files().name(),
                folder.path());
        StageEnd stageEnd = new StageEnd(start, folder, ledger, judge);
        RunHost.Terms terms = terms(new ComputeInput(start, data, settings), hashes, ledger);
        Outcome outcome = lead(new Work(terms, folder, stageEnd), stop);
        progress.close();
        if (!outcome.finished()) {
            ledger.change(record -> record);
            LOG.info("stopped with digest [{}]", outcome.digest());
            out.println("stopped; the same command goes on from the checkpoint in [" + folder.checkpoints() + "]");
            return false;
        }
        // The report comes first: a run that is cut off before it is not finished, and makes it when it goes on.
        Results.report(folder, ledger.record().ended(outcome.digest()), judge, start.teacher());
        ledger.change(record -> record.ended(outcome.digest()));
        LOG.info("finished with digest [{}]", outcome.digest());
        out.print(Results.table(ledger.record()).text());
        out.println("report: " + folder.path().resolve("report.html"));
        return true;
    }

    private Start start(Dataset data) {
        if (command == Command.PRETRAIN) {
            return Start.atRandom(settings, data);
        }
        List<Model> teachers = Teachers.of(settings);
        Start start = Start.ofTeachers(settings, teachers, data);
        return settings.compression().start().isTeacher()
                ? start
                : start.from(StudentSource.of(settings, teachers.get(0)));
    }

    private RunHost.Terms terms(ComputeInput input, Map<String, String> hashes, Ledger ledger) {
        return new RunHost.Terms(
                input, hashes, ledger.record().numerics().probe(), machine -> tookPart(ledger, machine));
    }

    /** Most machines say nothing new, and run.json is not written again for each of a thousand. */
    private static void tookPart(Ledger ledger, NumericClass machine) {
        RunNumerics before = ledger.record().numerics();
        if (!before.with(machine).equals(before)) {
            ledger.change(record -> tookPart(record, machine));
        }
    }

    private static RunRecord tookPart(RunRecord record, NumericClass machine) {
        RunRecord now = record.with(record.numerics().with(machine));
        if (record.numerics().probe().isEmpty()) {
            LOG.info("the run's numeric class is that of its first worker: [{}]", machine.name());
            warnOfAnother(now, machine);
        }
        return now;
    }

    private static void warnOfAnother(RunRecord record, NumericClass machine) {
        if (!machine.isNamedBy(record.numerics().name())) {
            LOG.warn(
                    "began as [{}] and goes on as [{}]: the digest may differ from that of an undisturbed run",
                    record.numerics().name(),
                    machine.name());
        }
    }

    private record Work(RunHost.Terms terms, RunFolder folder, StageEnd stageEnd) {}

    private Outcome lead(Work work, GracefulStop stop) throws IOException {
        ExecutorService stageEnds = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "stage-end");
            thread.setDaemon(true);
            return thread;
        });
        try (Recorder recorder =
                new Recorder(work.terms.input().plan(), work.folder.metrics(), progress, stageEnds, work.stageEnd)) {
            ActorRun run = host.start(setup(work), recorder, work.terms);
            stop.stopsWith(run::stop);
            return await(run, recorder);
        } finally {
            stageEnds.shutdown();
            awaitStageEnd(stageEnds);
        }
    }

    /** What a stage's end writes must not come after the folder's lock is given back. */
    private static void awaitStageEnd(ExecutorService stageEnds) {
        try {
            if (!stageEnds.awaitTermination(GracefulStop.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a stage's end is still being judged; its figures are taken again when the run goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RunSetup setup(Work work) {
        ComputeInput input = work.terms.input();
        Start start = input.start();
        FreeSettings free = settings.free();
        return new RunSetup(
                start.plan(),
                start.shape(),
                start.rows().rows(),
                start.vector(),
                manualUnits(work),
                free.workers(),
                free.servers(),
                free.machine().threads(),
                engine.compute(input),
                new CheckpointStore(work.folder.checkpoints()),
                free.files().checkpointSteps());
    }

    private SortedMap<Integer, Kept> manualUnits(Work work) {
        return command == Command.PRETRAIN
                ? Collections.emptySortedMap()
                : new UnitsFile(work.folder.manualUnits()).readOrChoose(work.terms.input(), engine, progress);
    }

    private static Outcome await(ActorRun run, Recorder recorder) {
        CompletableFuture<Outcome> outcome = run.outcome().toCompletableFuture();
        try {
            CompletableFuture.anyOf(outcome, recorder.failure()).join();
            return outcome.join();
        } catch (CompletionException e) {
            run.stop();
            // Nothing may write in the folder once its lock is gone; a second failure adds nothing to the first.
            boolean ended = outcome.handle((done, second) -> true)
                    .completeOnTimeout(false, GracefulStop.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            LOG.info("the run failed, and its actors {}", ended ? "ended" : "did not end in time");
            throw e;
        }
    }

    private void judgeTeacher(Start start, Judge judge, Ledger ledger) {
        if (start.teacher().isPresent() && ledger.record().figures().teacher().isEmpty()) {
            progress.begin("evaluating the teacher", 1, 0);
            ModelFigures figures = judge.figures(start.teacher().get(), 1);
            ledger.change(record -> record.with(record.figures().withTeacher(figures)));
            progress.advance(1, "");
        }
        if (ledger.record().figures().baseline().isEmpty()) {
            progress.begin("computing the pixel baseline", 1, 0);
            Map<String, Double> baseline = judge.evaluation().baseline();
            ledger.change(record -> record.with(record.figures().withBaseline(baseline)));
            progress.advance(1, "");
        }
    }

    private void requireBatch(Dataset data) {
        if (data.size() < settings.step().batch()) {
            throw new InvalidInputException("tinyclip.batch [" + settings.step().batch() + "] must be at most the ["
                    + data.size() + "] pairs of tinyclip.data.train ["
                    + settings.data().train()
                    + "]; lower the batch or give more pairs");
        }
    }

    private Map<String, String> inputs(Start start, Dataset data) {
        Map<String, String> inputs = new TreeMap<>();
        inputs.put("tinyclip.data.train", data.contentHash());
        for (int number = 0; number < start.teachers().size(); number++) {
            String key = number == 0 ? "tinyclip.teacher" : "tinyclip.further-teachers " + number;
            inputs.put(key, ModelHash.of(start.teachers().get(number)));
        }
        start.source()
                .filter(model -> !settings.compression().start().isTeacher())
                .ifPresent(model -> inputs.put("tinyclip.start", ModelHash.of(model)));
        return inputs;
    }

    private RunRecord record(Optional<RunRecord> before, Map<String, String> inputs) {
        before.ifPresent(record -> requireSame(record, inputs));
        Numerics mode = settings.free().numerics();
        RunRecord record = before.orElseGet(() -> RunRecord.fresh(
                new RunRecord.Beginning(
                        command.word,
                        settings.free().files().name(),
                        settings.step().seed(),
                        inputs),
                RunNumerics.begun(mode)));
        if (!host.computes()) {
            return record.with(record.numerics().goingOn(mode));
        }
        NumericClass own = MachineParts.numericClass(engine, settings.step().precision(), System.getenv());
        RunRecord now = record.with(record.numerics().goingOn(mode, own));
        warnOfAnother(now, own);
        return now;
    }

    private void requireSame(RunRecord record, Map<String, String> inputs) {
        inputs.forEach((key, hash) -> {
            if (!hash.equals(record.beginning().inputs().getOrDefault(key, hash))) {
                throw new InvalidInputException("what " + key + " points at has changed since the run in ["
                        + settings.free().files().folder()
                        + "] began; put it back, or set tinyclip.run.folder to another folder");
            }
        });
    }
}
