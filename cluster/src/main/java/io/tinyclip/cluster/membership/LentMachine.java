package io.tinyclip.cluster.membership;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.judge.EnginePartEmbedder;
import io.tinyclip.cluster.judge.JudgedSets;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FittingPrecision;
import io.tinyclip.cluster.machine.MachineParts;
import io.tinyclip.cluster.run.LogStep;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.taught.TaughtInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Prepares this machine for a run of which it knows nothing but what the coordinator tells. */
final class LentMachine implements NodeHost, AutoCloseable {
    private final Map<String, String> own;
    private final Supplier<Engine> engine;
    private final Progress progress;
    private Optional<Dataset> open = Optional.empty();

    /** @param own settings of this machine, over those of the run */
    LentMachine(Map<String, String> own, Supplier<Engine> engine, Progress progress) {
        this.own = own;
        this.engine = engine;
        this.progress = progress;
    }

    @Override
    public Prepared prepare(Task task) {
        Settings settings = SettingsFile.ofRun(task.settings(), own);
        boolean computes = task.roles().contains(MemberRole.WORKER);
        return computes ? computing(task, settings) : serving(task, settings);
    }

    @Override
    public void asked(String runId, Cursor step) {
        LogPlace.at(runId, LogStep.of(step));
    }

    /** A server adds, updates and hands out ranges: it needs neither pairs nor a teacher's floats. */
    private static Prepared serving(Task task, Settings settings) {
        ModelShape shape = task.teachers().stream()
                .findFirst()
                .map(offer -> TeacherCopy.shape(offer.description()))
                .orElseGet(() -> settings.pretrain().model());
        RunPlan plan = task.teachers().isEmpty() ? settings.pretrainPlan() : settings.runPlan(shape);
        return new Prepared(plan, shape, Optional.empty());
    }

    private Prepared computing(Task task, Settings settings) {
        Dataset data = data(task, settings);
        Start start = start(task, settings, data);
        List<TaughtInput> stored = TeacherStore.inputs(
                settings,
                task.teachers().stream()
                        .map(offer -> new TeacherStore.Identity(offer.hash(), TeacherCopy.shape(offer.description())))
                        .toList(),
                start.preprocessing(),
                data);
        Engine started = engine.get().on(settings.free().machine().device());
        Precision precision = FittingPrecision.of(task.precision().or(settings.step()::precision), started);
        ComputeInput input = new ComputeInput(start, data, settings.in(precision), stored);
        started.prepare(input);
        Sources sources = Sources.of(settings, progress);
        JudgedSets sets = new JudgedSets(
                sources,
                settings.free().evaluation(),
                () -> sources.evaluation(
                        settings.data().evaluate(),
                        "tinyclip.data.evaluate",
                        start.preprocessing(),
                        settings.data().source().evaluation()));
        Computing computing = new Computing(
                data.contentHash(),
                MachineParts.numericClass(started, precision, System.getenv()),
                settings.free().machine().threads(),
                started.compute(input),
                () -> new EnginePartEmbedder(started, sets));
        return new Prepared(start.plan(), start.shape(), Optional.of(computing));
    }

    /** Teachers come over the network, unless all that they say is stored. */
    private static Start start(Task task, Settings settings, Dataset data) {
        if (task.teachers().isEmpty()) {
            return Start.atRandom(settings, data);
        }
        if (TeacherStore.areInputs(settings)) {
            String compressed = task.teachers().get(0).description();
            return Start.ofStored(settings, TeacherCopy.shape(compressed), TeacherCopy.preprocessing(compressed), data);
        }
        TeacherCopy copies = new TeacherCopy(settings.free().files().cache());
        List<Model> teachers = task.teachers().stream().map(copies::open).toList();
        return Start.ofTeachers(settings, teachers, data);
    }

    private synchronized Dataset data(Task task, Settings settings) {
        closeData();
        Dataset data = Sources.of(settings, progress).train(settings.data(), Optional.of(task.dataHash()));
        open = Optional.of(data);
        if (!data.contentHash().equals(task.dataHash())) {
            throw new InvalidInputException(
                    "the training pairs [" + settings.data().train()
                            + "] have content [" + data.contentHash() + "] here, [" + task.dataHash()
                            + "] in the run; give this machine the same files, with -Dtinyclip.data.train=... where they lie"
                            + " elsewhere");
        }
        return data;
    }

    private void closeData() {
        open.ifPresent(Dataset::close);
        open = Optional.empty();
    }

    @Override
    public synchronized void close() {
        closeData();
    }
}
