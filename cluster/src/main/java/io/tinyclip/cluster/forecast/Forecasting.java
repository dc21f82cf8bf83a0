package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.forecast.Forecast.Elsewhere;
import io.tinyclip.cluster.forecast.Forecast.Here;
import io.tinyclip.cluster.forecast.Forecast.Stage;
import io.tinyclip.cluster.forecast.Forecast.Travels;
import io.tinyclip.cluster.forecast.Probing.Found;
import io.tinyclip.cluster.forecast.Probing.PhaseCost;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.Memory;
import io.tinyclip.cluster.machine.MemoryNeed;
import io.tinyclip.cluster.machine.RoleMemory;
import io.tinyclip.cluster.machine.TableGather;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Puts a forecast together, of sizes alone or of what is measured here, too. */
public final class Forecasting {
    private static final double SECONDS_OF_HOUR = 3600;
    private static final int LEAST_WORKERS = 2;
    private static final int SETS = 2;
    private static final int VIEWS = 32;

    private final Settings asked;
    private final Subject subject;
    private final Optional<Machines> machines;
    private final Progress progress;
    private final RunPlan plan;
    private final List<PhaseWork> phases;
    private final List<String> notes;

    /**
     * Of a subject.
     *
     * @param asked the settings as the run has them
     * @param machines to imagine it on
     */
    public Forecasting(Settings asked, Subject subject, Optional<Machines> machines, Progress progress) {
        this.asked = asked;
        this.subject = subject;
        this.machines = machines;
        this.progress = progress;
        this.plan = subject.plan();
        this.phases = subject.phases();
        this.notes = new ArrayList<>(subject.notes());
    }

    /** By sizes alone: nothing is computed. */
    public Forecast bySizes() {
        return forecast(Optional.empty(), Optional.empty());
    }

    /**
     * With steps measured on this machine.
     *
     * @param seconds for which each phase is measured
     */
    public Forecast measuredBy(Engine engine, double seconds) {
        Cost begin = Stopwatch.ofProcess();
        Found found = new Probing(subject, engine, seconds, progress).measure(phases);
        Judged judged = Judged.of(subject, progress, notes);
        Cost judging = new JudgingProbe(subject, engine, judged, notes).measure(phases, progress);
        List<Long> fresh = fresh();
        Cost warming = found.warming();
        Cost steps = Cost.NONE;
        Cost checkpoints = Cost.NONE;
        for (int i = 0; i < phases.size(); i++) {
            PhaseCost cost = found.phases().get(i);
            int count = phases.get(i).steps();
            warming = i == 0 ? warming : warming.plus(cost.once());
            steps = steps.plus(cost.step().times(count));
            double written = 1 + count / asked.free().files().checkpointSteps();
            checkpoints = checkpoints.plus(cost.checkpoint().times(written));
        }
        Cost teacher =
                found.teacher().times(fresh.stream().mapToDouble(each -> each).sum());
        Here here = new Here(
                begin,
                warming,
                steps,
                teacher,
                found.teacher(),
                checkpoints,
                judging,
                asked.free().machine().threads(),
                found.whole());
        return forecast(Optional.of(found), Optional.of(here));
    }

    private Forecast forecast(Optional<Found> found, Optional<Here> here) {
        List<Stage> stages = stages(found);
        return new Forecast(
                asked.free().files().name(),
                stages,
                memory(),
                travels(),
                DiskNeed.of(asked, phases, subject),
                here,
                machines.map(where -> elsewhere(where, stages, found)),
                notes);
    }

    private List<Stage> stages(Optional<Found> found) {
        List<Long> fresh = fresh();
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            PhaseWork work = phases.get(i);
            int index = i;
            OptionalLong pass = subject.stepsOfPass();
            stages.add(new Stage(
                    work,
                    (long) work.steps() * plan.globalBatch(),
                    pass.isPresent()
                            ? OptionalDouble.of((double) work.steps() / pass.getAsLong())
                            : OptionalDouble.empty(),
                    fresh.get(i),
                    StepTraffic.of(plan, work.layout(), subject.embeddings()),
                    found.map(it -> it.phases().get(index).step())));
        }
        return stages;
    }

    /** Steps of each phase in which the teacher is asked: all, where nobody knows when pairs come again. */
    private List<Long> fresh() {
        Use store = asked.data().store().use();
        boolean never = !plan.loss().taught() || store == Use.PRECOMPUTED;
        long period =
                subject.stepsOfPass().isPresent() ? subject.stepsOfPass().getAsLong() * plan.views() : Long.MAX_VALUE;
        long room =
                store == Use.FILLED ? Long.MAX_VALUE : asked.free().machine().teacherCacheBytes() / taughtBytes();
        FreshSteps steps = new FreshSteps(period, room);
        return phases.stream()
                .map(phase -> never ? 0L : steps.of(phase.position(), phase.steps()))
                .toList();
    }

    /** Of one step's pairs. */
    private long taughtBytes() {
        int floats = subject.embeddings().stream().skip(1).mapToInt(e -> e).sum();
        return Math.max(1, (long) SETS * Float.BYTES * floats * plan.globalBatch());
    }

    private int workers() {
        return machines.map(Machines::count)
                .orElse(Math.max(LEAST_WORKERS, asked.free().workers()));
    }

    private Layout largest() {
        return largest(phases.stream().map(PhaseWork::layout));
    }

    private static Layout largest(Stream<Layout> layouts) {
        return layouts.max(Comparator.comparingInt(Layout::size)).orElseThrow();
    }

    /** Of what servers hold: the start as well, unless a student is taken from it by hand. */
    private Layout largestHeld() {
        boolean taken = plan.stages().get(0).student().isPresent();
        return taken ? largest() : largest(Stream.of(largest(), subject.start().layout()));
    }

    private Travels travels() {
        StepTraffic traffic = StepTraffic.of(plan, largest(), subject.embeddings());
        int servers = asked.free().servers();
        return new Travels(workers(), servers, traffic.worker(workers()), traffic.server(workers(), servers));
    }

    private List<RoleMemory> memory() {
        Memory one = MemoryNeed.of(subject.start(), subject.data(), asked);
        Layout teacher = Layout.of(subject.teacher(), subject.start().rows().rows(), false, false);
        long dataHeap = subject.data().heapBytes();
        long weights = subject.start().teachers().stream()
                .mapToLong(each -> (long) Float.BYTES * each.layout().size())
                .sum();
        long features = (long) SETS
                * Float.BYTES
                * plan.globalBatch()
                * subject.embeddings().stream().mapToInt(e -> e).sum();
        long steps = phases.stream().mapToLong(PhaseWork::steps).max().orElse(0);
        RoleMemory.Teaching teaching = new RoleMemory.Teaching(weights, features, taughtBytes() * steps);
        return List.of(
                new RoleMemory("all in one process", one.heap(), one.physical() - one.heap(), one.device()),
                RoleMemory.coordinator(teacher, largestHeld(), dataHeap),
                RoleMemory.server(
                        largestHeld(),
                        asked.free().servers(),
                        TableGather.bytes(plan, subject.start().layout())),
                RoleMemory.worker(
                        largest(),
                        teaching,
                        machines.map(it -> asked.in(it.precision())).orElse(asked),
                        workers(),
                        dataHeap));
    }

    private Elsewhere elsewhere(Machines where, List<Stage> stages, Optional<Found> found) {
        int servers = asked.free().servers();
        Scaling scaling = new Scaling(subject, where, servers, found);
        List<Double> seconds = new ArrayList<>();
        double all = 0;
        double again = 0;
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            Scaling.Step step = scaling.step(
                    i, stage.work(), (double) stage.asked() / stage.work().steps());
            seconds.add(step.seconds());
            all += step.seconds() * stage.work().steps();
            again = Math.max(again, step.again());
        }
        double quickest = seconds.stream().mapToDouble(each -> each).min().orElse(0);
        OptionalDouble decoding = found.isPresent() && where.operations().isPresent()
                ? OptionalDouble.of(decoding() * plan.globalBatch() / where.count() / quickest)
                : OptionalDouble.empty();
        return new Elsewhere(where, servers, seconds, all / SECONDS_OF_HOUR, again, decoding);
    }

    /** Seconds of a core for a pair, as it is read and decoded here. */
    private double decoding() {
        int count = Math.min(VIEWS, subject.data().size());
        subject.data().view(0, 0, subject.start().preprocessing());
        Stopwatch watch = new Stopwatch();
        for (int i = 0; i < count; i++) {
            subject.data().view(i, i, subject.start().preprocessing());
        }
        return watch.read().processor() / count;
    }
}
