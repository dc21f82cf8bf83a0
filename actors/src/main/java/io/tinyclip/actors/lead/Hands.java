package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunEffectHandler;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's hands: performs what {@link RunState} wants done. Used by the coordinator alone. */
final class Hands implements RunEffectHandler {
    /** Tells the run what work done elsewhere has come to, and lets the coordinator fail with it. */
    @FunctionalInterface
    interface Later {
        <T> void tell(CompletionStage<T> work, Function<T, Function<RunState, List<RunEffect>>> fact);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    private final LeadTools at;
    private final Later later;
    private final Requests requests;
    private final Origins origins;
    private Optional<CheckpointWriter> writer = Optional.empty();
    private Optional<Stamp> writing = Optional.empty();
    private OptionalLong recalling = OptionalLong.empty();
    private final StageTelling telling;
    private final Judging judging;
    private final Calibrations calibrations;
    private final StepNews news = new StepNews();

    Hands(LeadTools tools, ActorContext<CoordinatorCommand> context, Later later, AfterWork<CoordinatorCommand> after) {
        this.at = tools;
        this.later = later;
        this.origins = new Origins(tools.setup(), tools.plane());
        this.requests = new Requests(
                context.getSelf(), at.setup().plan().optimizer().moments(), ActorRefResolver.get(context.getSystem()));
        this.telling = new StageTelling(tools);
        this.calibrations = new Calibrations(tools);
        this.judging = new Judging(context.getSelf(), at.plane(), requests, after);
    }

    /** Before anything else is told. */
    void tellJudges() {
        listen(() -> at.listener().judges(judging));
    }

    Judging judging() {
        return judging;
    }

    /** A member is asked for its answers at this door, and not at the coordinator itself. */
    void answersBy(ActorRef<?> member, ActorRef<CoordinatorCommand> door) {
        requests.answersBy(member, door);
    }

    Origins origins() {
        return origins;
    }

    Roster<WorkerCommand> workers() {
        return requests.workers();
    }

    Roster<ServerCommand> servers() {
        return requests.servers();
    }

    /** @param term that this coordinator has claimed */
    void lead(Term term) {
        writer = Optional.of(new CheckpointWriter(at, term));
    }

    /** Asked again while it is being looked for, it is looked for once. */
    @Override
    public void recall(RunEffect.Recall recall) {
        if (recalling.isEmpty() || recalling.getAsLong() != recall.epoch()) {
            recalling = OptionalLong.of(recall.epoch());
            later.tell(
                    writer().afterwards(origins.bytes(), () -> origins.find(recall.epoch(), recall.mostSteps())),
                    found -> run -> run.found(found));
        }
    }

    @Override
    public void releaseOrigin(RunEffect.ReleaseOrigin release) {
        origins.release(release.origin());
    }

    @Override
    public void survey(RunEffect.Survey survey) {
        requests.send(survey);
    }

    @Override
    public void loadShards(RunEffect.LoadShards load) {
        requests.send(load);
    }

    @Override
    public void sendStep(RunEffect.SendStep step) {
        news.leasedAgain(step, workers()::name)
                .ifPresent(line -> listen(() -> at.listener().happened(RunEvent.LEASED_AGAIN, line)));
        requests.send(step);
    }

    /** How open the masks of a step are is told with it, once it is committed. */
    void masks(CoordinatorCommand.Reduced reduced) {
        news.masks(reduced);
    }

    @Override
    public void sendReduce(RunEffect.SendReduce reduce) {
        requests.send(reduce);
    }

    @Override
    public void keepCopies(RunEffect.KeepCopies keep) {
        requests.send(keep);
    }

    @Override
    public void standIn(RunEffect.StandIn standIn) {
        requests.send(standIn);
    }

    @Override
    public void freeShards(RunEffect.FreeShards free) {
        requests.send(free);
    }

    @Override
    public void sendCommit(RunEffect.SendCommit commit) {
        requests.send(commit);
    }

    @Override
    public void askCut(RunEffect.AskCut cut) {
        requests.send(cut);
    }

    /** Asked again while it is being done, it is done once. */
    @Override
    public void calibrate(RunEffect.Calibrate calibrate) {
        calibrations
                .begin(calibrate)
                .ifPresent(work -> later.tell(work, cut -> run -> calibrations.tell(run, calibrate.stamp(), cut)));
    }

    @Override
    public void sendGather(RunEffect.SendGather gather) {
        requests.send(gather);
    }

    /** Asked again while it is being written, it is written once. */
    @Override
    public void writeCheckpoint(RunEffect.WriteCheckpoint write) {
        if (writing.filter(write.stamp()::equals).isEmpty()) {
            writing = Optional.of(write.stamp());
            later.tell(writer().write(write), files -> run -> {
                writing = writing.filter(stamp -> !stamp.equals(write.stamp()));
                return files.map(it -> run.checkpointWritten(write.stamp(), it)).orElse(List.of());
            });
        }
    }

    @Override
    public void sealCheckpoint(RunEffect.SealCheckpoint seal) {
        later.tell(writer().seal(seal), leads -> run -> leads ? run.checkpointSealed(seal.stamp()) : run.followed());
    }

    @Override
    public void pinShards(RunEffect.PinShards pin) {
        later.tell(writer().pin(pin), leads -> run -> leads ? run.pinned(pin.pins()) : run.followed());
    }

    private CheckpointWriter writer() {
        return writer.orElseThrow(() -> new IllegalStateException("no term is claimed yet"));
    }

    @Override
    public void tellStarted(RunEffect.TellStarted started) {
        listen(() -> at.listener().started(started.cursor()));
    }

    @Override
    public void tellStep(RunEffect.TellStep step) {
        calibrations.release();
        Optional<MaskShares> masks = news.masks(step.step().cursor());
        listen(() -> {
            masks.ifPresent(shares -> at.listener().masks(step.step().cursor(), shares));
            at.listener().stepCommitted(step.step());
        });
    }

    @Override
    public void tellStage(RunEffect.TellStage stage) {
        judging.at(stage.stamp());
        later.tell(telling.tell(stage), here -> run -> run.stageTold(stage.stamp(), here));
    }

    /** What is fetched here can't be had from whoever is gone: then all go back at once, or it is asked for again. */
    void serverLost() {
        telling.end();
        calibrations.serverLost();
    }

    /** The coordinator ends, whatever for. */
    void end() {
        judging.close();
        calibrations.end();
    }

    @Override
    public void releaseWorker(RunEffect.ReleaseWorker release) {
        workers().release(release.worker());
    }

    @Override
    public void releaseServer(RunEffect.ReleaseServer release) {
        servers().release(release.server());
    }

    @Override
    public void expel(RunEffect.Expel expel) {
        at.expelled().accept(workers().get(expel.worker()), expel.reason());
    }

    @Override
    public void restart(RunEffect.Restart restart) {
        String line = "parameter server [" + servers().name(restart.server()) + "] hangs: the run waits for "
                + restart.awaited() + ", and longer for it alone than that can take; its process ends, start it again";
        LOG.warn(line);
        at.hung().accept(servers().get(restart.server()), line);
    }

    @Override
    public void say(RunEffect.Say say) {
        LOG.warn(say.line());
        listen(() -> at.listener().happened(RunEvent.WAITED, say.line()));
    }

    @Override
    public void finish(RunEffect.Finish finish) {
        calibrations.end();
        listen(() -> at.ended().accept(finish.outcome()));
    }

    @Override
    public void fail(RunEffect.Fail fail) {
        throw fail.unusable() ? new InvalidInputException(fail.reason()) : new IllegalStateException(fail.reason());
    }

    private void listen(Runnable call) {
        later.tell(CompletableFuture.runAsync(call, at.listening()), done -> run -> List.of());
    }
}
