package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Students that are cut by calibration, one at a time, here where the run is led. Used by the coordinator alone. */
final class Calibrations {
    private final LeadTools at;
    /** Of the version whose cut is waited for; read by whoever cuts. */
    private volatile Optional<Stamp> awaited = Optional.empty();

    private Optional<Errand> fetching = Optional.empty();
    private Optional<Handle> published = Optional.empty();

    Calibrations(LeadTools at) {
        this.at = at;
    }

    /** @return the work that this begins, which gives nothing where there is no cut to tell of; empty where it is under way */
    Optional<CompletionStage<Optional<CalibratedCut>>> begin(RunEffect.Calibrate calibrate) {
        if (isAwaited(calibrate.stamp())) {
            return Optional.empty();
        }
        awaited = Optional.of(calibrate.stamp());
        FloatVector vector = FloatVector.allocate(calibrate.layout().size());
        Errand by = at.plane().errand();
        fetching = Optional.of(by);
        return Optional.of(at.fetch(by, calibrate.layout(), calibrate.shards(), vector)
                .thenCompose(here -> here
                        ? CompletableFuture.supplyAsync(() -> cut(calibrate, vector), at.listening())
                        : CompletableFuture.completedStage(Optional.empty())));
    }

    private boolean isAwaited(Stamp stamp) {
        return awaited.filter(stamp::equals).isPresent();
    }

    private Optional<CalibratedCut> cut(RunEffect.Calibrate calibrate, FloatVector vector) {
        if (!isAwaited(calibrate.stamp())) {
            return Optional.empty();
        }
        StagePlan stage = at.setup().plan().stages().get(calibrate.stage());
        try {
            return Optional.of(at.setup()
                    .calibrated()
                    .cut(
                            calibrate.layout(),
                            vector,
                            calibrate.position().widthMap(),
                            stage,
                            () -> isAwaited(calibrate.stamp())));
        } catch (CancellationException e) {
            return Optional.empty();
        }
    }

    /** Tells the run of a cut; not where the student could not be fetched, or another one is cut by now. */
    List<RunEffect> tell(RunState run, Stamp stamp, Optional<CalibratedCut> cut) {
        if (!isAwaited(stamp)) {
            return List.of();
        }
        awaited = Optional.empty();
        return cut.map(it -> run.calibrated(stamp, it.kept(), publish(stamp, it.vector())))
                .orElse(List.of());
    }

    /** The run ends here: nobody waits for a cut that is under way. */
    void end() {
        awaited = Optional.empty();
        serverLost();
    }

    /** The whole layout before the cut, until a step is committed. */
    private ShardWeights publish(Stamp stamp, FloatVector vector) {
        release();
        Handle handle =
                at.plane().publish("coordinator/" + stamp.epoch() + "/calibrated", vector.floats(), Encoding.FP32);
        published = Optional.of(handle);
        return new ShardWeights(new Range(0, vector.size()), handle);
    }

    /** What is fetched may be gone with a server; it is asked for again. */
    void serverLost() {
        fetching.ifPresent(Errand::close);
    }

    /** Nobody gathers any more. */
    void release() {
        published.ifPresent(at.plane()::release);
        published = Optional.empty();
    }
}
