package io.tinyclip.cluster.run;

import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.InputHashes;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.input.StudentSource;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.judge.JudgedSets;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FittingPrecision;
import io.tinyclip.cluster.machine.MachineParts;
import io.tinyclip.cluster.machine.Memory;
import io.tinyclip.cluster.machine.MemoryNeed;
import io.tinyclip.cluster.record.CheckpointJournal;
import io.tinyclip.cluster.record.Ledger;
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
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.taught.TaughtInput;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
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

        /** As the command line has it. */
        public String word() {
            return word;
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
            if (host.computes()) { // others have begun a log of their own
                LogFile.to(folder.path().resolve("log.txt"));
            }
            Optional<RunRecord> before = folder.record();
            if (before.filter(this::isFinished).isPresent()) {
                out.println(
                        "run folder [" + folder.shown() + "] is finished; set tinyclip.run.name to start another run");
                out.print(Results.table(before.orElseThrow()).text());
                return true;
            }
            firstStep(folder, folder.store()).check(before, this::say);
            try (Dataset data = data(before);
                    GracefulStop stop = GracefulStop.armed(settings.leaveWithin())) {
                return train(folder, before, data, stop);
            } catch (RuntimeException e) {
                // Whatever broke in one that was followed is no news.
                folder.requireLead();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stages may have been added since. */
    private boolean isFinished(RunRecord record) {
        return record.course().finished()
                && (command == Command.PRETRAIN
                        || record.figures().stages().size()
                                >= settings.compression().stages().size());
    }

    private Dataset data(Optional<RunRecord> before) {
        Optional<String> begun =
                before.flatMap(record -> InputHashes.train(record.beginning().inputs()));
        return Sources.of(settings, progress).train(settings.data(), begun);
    }

    private boolean train(RunFolder folder, Optional<RunRecord> before, Dataset data, GracefulStop stop)
            throws IOException {
        FittingData.requireBatch(settings, data);
        if (data.shardsToPin() == 0) {
            FittingData.requireVariety(settings, data);
        }
        // Whoever led until now may have written since.
        folder.lead();
        Optional<RunRecord> newest = folder.record();
        Settings used = decided(folder);
        Start start = start(data);
        FittingData.requireFewShards(start.plan(), data);
        if (host.computes()) {
            Memory.ofThisMachine(settings.free().machine().device()).require(MemoryNeed.of(start, data, settings));
        }
        EvaluationSet evaluation = evaluation(start);
        JudgedSets sets =
                new JudgedSets(Sources.of(settings, progress), settings.free().evaluation(), () -> evaluation);
        List<JudgedSets.Opened> opened = sets.all();
        ComputeInput input = new ComputeInput(start, data, used, stored(start, data));
        if (host.computes()) {
            engine.prepare(input);
        }
        Map<String, String> hashes = InputHashes.of(input, evaluation);
        Ledger ledger = new Ledger(folder, record(newest, hashes, used), System::nanoTime);
        folder.write(used);
        ledger.change(record -> record.failed(Optional.empty()));
        Judge judge = new Judge(engine, evaluation);
        LOG.info(
                "{} [{}] in [{}] starts or goes on",
                command.word,
                settings.free().files().name(),
                folder.shown());
        TimeLeft left = new TimeLeft(start.plan(), System::nanoTime);
        Judging judging = new Judging(start, judge, ledger, progress, left);
        judging.goOn();
        StudentJudging students = new StudentJudging(
                start, folder, ledger, new StudentJudging.Asked(settings.free().evaluation(), opened), progress);
        StageEnd stageEnd = new StageEnd(start, folder, ledger, judging, students);
        RunHost.Agreement agreement = new RunHost.Agreement(
                input,
                hashes,
                ledger.record().numerics().probe(),
                ledger.record().beginning().identity().orElseThrow().nonce(),
                machine -> Participants.tookPart(ledger, machine, folder, used));
        Lead.Work work = new Lead.Work(agreement, folder, origin(folder, start, ledger), stageEnd, left, sets);
        Outcome outcome = through(work, ledger, stop);
        if (!outcome.finished()) {
            return stopped(folder, ledger, outcome.digest());
        }
        judging.compared();
        progress.begin("writing the report", 1, 0);
        // The report comes first: a run that is cut off before it is not finished, and makes it when it goes on.
        folder.requireLead();
        Results.report(folder, ledger.record().ended(outcome.digest()), data.size(), judge, start.teacher());
        folder.publish();
        progress.advance(1, "");
        return finished(folder, ledger, outcome.digest());
    }

    private EvaluationSet evaluation(Start start) {
        return Sources.of(settings, progress)
                .evaluation(
                        settings.data().evaluate(),
                        "tinyclip.data.evaluate",
                        start.preprocessing(),
                        settings.data().source().evaluation());
    }

    private boolean stopped(RunFolder folder, Ledger ledger, String digest) {
        progress.close();
        ledger.change(record -> record);
        LOG.info("stopped with digest [{}]", digest);
        out.println("stopped; the same command goes on from the checkpoint in [" + folder.shown("checkpoints") + "]");
        return false;
    }

    private boolean finished(RunFolder folder, Ledger ledger, String digest) {
        progress.close();
        ledger.change(record -> record.ended(digest));
        LOG.info("finished with digest [{}]", digest);
        out.print(Results.table(ledger.record()).text());
        out.println("report: " + folder.shown("report.html"));
        return true;
    }

    private FirstStep firstStep(RunFolder folder, CheckpointStore checkpoints) {
        return new FirstStep(folder, checkpoints, settings.free().files().ifLost());
    }

    private Lead.Origin origin(RunFolder folder, Start start, Ledger ledger) {
        FirstStep first = firstStep(folder, new CheckpointJournal(folder, ledger).store());
        return new Lead.Origin(first.checkpoints(), first.guarded(start.vector(), ledger, this::say));
    }

    private void say(String line) {
        LOG.info(line);
        out.println(line);
    }

    /** That nobody can go on with what the run was given is a part of its record. */
    private Outcome through(Lead.Work work, Ledger ledger, GracefulStop stop) throws IOException {
        try {
            return new Lead(engine, host, progress).through(work, stop);
        } catch (CompletionException e) {
            if (FailedWork.unwrapped(e) instanceof InvalidInputException unusable) {
                LOG.warn("the run cannot go on: {}", unusable.getMessage());
                ledger.change(record -> record.failed(Optional.ofNullable(unusable.getMessage())));
            }
            throw e;
        }
    }

    /** With the precision that the run has; one that only leads a new run leaves it to whoever computes first. */
    private Settings decided(RunFolder folder) {
        Optional<Precision> precision = folder.precision().or(settings.step()::precision);
        return host.computes()
                ? settings.in(FittingPrecision.of(precision, engine))
                : precision.map(settings::in).orElse(settings);
    }

    private Start start(Dataset data) {
        if (command == Command.PRETRAIN) {
            return Start.atRandom(settings, data);
        }
        List<Model> teachers = Teachers.of(settings);
        Start start = Start.ofTeachers(settings, teachers, data);
        return settings.compression().start().isTeacher()
                ? start
                : start.from(settings, StudentSource.of(settings, teachers.get(0)));
    }

    private List<TaughtInput> stored(Start start, Dataset data) {
        List<TeacherStore.Identity> teachers =
                start.teachers().stream().map(TeacherStore.Identity::of).toList();
        return TeacherStore.inputs(settings, teachers, start.preprocessing(), data);
    }

    private RunRecord record(Optional<RunRecord> before, Map<String, String> hashes, Settings used) {
        FreeSettings free = settings.free();
        before.ifPresent(record -> InputHashes.requireSame(
                record.beginning().inputs(), hashes, free.files().shown()));
        Numerics mode = free.numerics();
        RunRecord record = before.map(it -> it.identified(used).extended(used))
                .orElseGet(() -> RunRecord.fresh(
                        new RunRecord.Beginning(
                                command.word,
                                free.files().name(),
                                settings.step().seed(),
                                hashes,
                                Optional.of(RunRecord.Identity.of(used))),
                        RunNumerics.begun(mode)));
        return host.computes()
                ? Participants.goingOn(
                        record,
                        mode,
                        MachineParts.numericClass(
                                engine, used.step().precision().orElseThrow(), System.getenv()))
                : record.with(record.numerics().goingOn(mode));
    }
}
