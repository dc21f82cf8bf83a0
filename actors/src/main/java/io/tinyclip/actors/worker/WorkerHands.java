package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.task.AfterWork;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A worker's hands: performs what {@link WorkerState} wants done, for the message that has led to it. Used by the
 * worker's actor alone.
 */
final class WorkerHands implements WorkerEffect.Handler {
    /** What the handling of all messages to one worker has in common. */
    record Parts(
            WorkerState state,
            WorkerCompute compute,
            WorkerExchange exchange,
            StepClock clock,
            AfterWork<WorkerCommand> after) {}

    private final Parts to;
    private final Optional<WorkerCommand.Step> step;
    private final Consumer<Refused> asker;

    private WorkerHands(Parts parts, Optional<WorkerCommand.Step> step, Consumer<Refused> asker) {
        this.to = parts;
        this.step = step;
        this.asker = asker;
    }

    /** For a step that the coordinator asks for. */
    static void perform(Parts parts, WorkerCommand.Step step, List<WorkerEffect> effects) {
        new WorkerHands(parts, Optional.of(step), step.coordinator()::tell).perform(effects);
    }

    /** For what a peer says. @param asker hears of a refusal */
    static void perform(Parts parts, Consumer<Refused> asker, List<WorkerEffect> effects) {
        new WorkerHands(parts, Optional.empty(), asker).perform(effects);
    }

    private void perform(List<WorkerEffect> effects) {
        effects.forEach(effect -> effect.on(this));
    }

    /** For what follows once work has ended, which nobody asked for just now. */
    private void goOn(List<WorkerEffect> effects) {
        perform(
                to,
                refused -> {
                    throw new IllegalStateException("nobody asked for what is refused by [" + refused + "]");
                },
                effects);
    }

    private StepWork now() {
        return to.exchange.now().orElseThrow(() -> new IllegalStateException("no step has begun"));
    }

    @Override
    public void refuse(WorkerEffect.Refuse refuse) {
        asker.accept(refuse.reply());
    }

    @Override
    public void forgetStep(WorkerEffect.ForgetStep forget) {
        to.exchange.begin(step.orElseThrow(() -> new IllegalStateException("nobody asked for a step")));
        to.clock.awaits(StepClock.Awaited.WEIGHTS);
    }

    @Override
    public void install(WorkerEffect.Install install) {
        StepWork now = now();
        Stamp stamp = now.step().stamp();
        to.after.then(
                to.exchange.weights(now),
                vector -> computed(to.compute.install(now, vector), installed -> {
                    to.clock.awaits(StepClock.Awaited.FEATURES);
                    now.installed(to.clock.spent().computing());
                    return to.state.installed(installed);
                }),
                gone -> goOn(to.state.weightsGone(stamp)));
    }

    @Override
    public void prepare(WorkerEffect.Prepare prepare) {
        to.after.then(to.compute.prepare(now(), prepare.partition()), prepared -> {});
    }

    @Override
    public void prepareNext(WorkerEffect.PrepareNext next) {
        to.compute.prepareNext(now(), next.partition()).ifPresent(work -> to.after.then(work, prepared -> {}));
    }

    @Override
    public void computeFeatures(WorkerEffect.ComputeFeatures compute) {
        StepWork now = now();
        int partition = compute.partition();
        computed(to.compute.features(now, partition), features -> {
            to.exchange.keepFeatures(now, partition, features);
            return to.state.featuresComputed(now.step().stamp(), partition);
        });
    }

    @Override
    public void fetchFeatures(WorkerEffect.FetchFeatures fetch) {
        StepWork now = now();
        Stamp stamp = now.step().stamp();
        int partition = fetch.partition();
        to.after.then(
                to.exchange.features(now, fetch),
                features -> {
                    to.exchange.keepFeatures(now, partition, features);
                    goOn(to.state.featuresFetched(stamp, partition));
                },
                gone -> goOn(to.state.featuresGone(stamp, partition, fetch.handle())));
    }

    @Override
    public void announceFeatures(WorkerEffect.AnnounceFeatures announce) {
        to.exchange.announceFeatures(now(), announce.partition());
    }

    @Override
    public void computeLogSumExps(WorkerEffect.ComputeLogSumExps compute) {
        StepWork now = now();
        int partition = compute.partition();
        computed(to.compute.logSumExps(now, partition), logSumExps -> {
            to.exchange.keepLogSumExps(now, partition, logSumExps);
            return to.state.logSumExpsComputed(now.step().stamp(), partition);
        });
    }

    @Override
    public void fetchLogSumExps(WorkerEffect.FetchLogSumExps fetch) {
        StepWork now = now();
        Stamp stamp = now.step().stamp();
        int partition = fetch.partition();
        to.after.then(
                to.exchange.logSumExps(now, fetch),
                logSumExps -> {
                    to.exchange.keepLogSumExps(now, partition, logSumExps);
                    goOn(to.state.logSumExpsFetched(stamp, partition));
                },
                gone -> goOn(to.state.logSumExpsGone(stamp, partition, fetch.handle())));
    }

    @Override
    public void announceLogSumExps(WorkerEffect.AnnounceLogSumExps announce) {
        to.exchange.announceLogSumExps(now(), announce.partition());
    }

    @Override
    public void computeGradient(WorkerEffect.ComputeGradient compute) {
        StepWork now = now();
        computed(
                to.compute.gradient(now, compute),
                share -> to.state.gradientComputed(now.step().stamp(), compute.partition(), share));
    }

    @Override
    public void announceSubtree(WorkerEffect.AnnounceSubtree announce) {
        to.after.then(to.exchange.publishSum(now(), announce.node()), to.exchange::tell);
    }

    @Override
    public void tellDone(WorkerEffect.TellDone done) {
        to.clock.partitionDone();
        StepWork now = now();
        to.exchange.tellDone(
                now, done, now.computed(done.partition(), () -> to.clock.spent().computing()));
    }

    /** Tensor work has ended; its failure is the worker's. Where its step is over, it came to nothing. */
    private <T> void computed(CompletionStage<Optional<T>> work, Function<T, List<WorkerEffect>> fact) {
        to.after.then(work, result -> goOn(result.map(fact).orElseGet(to.state::skipped)));
    }
}
