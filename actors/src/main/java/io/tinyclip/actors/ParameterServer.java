package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Holds a shard: a range of the vector and of its optimizer state. What it does is decided by {@link ShardState}. */
final class ParameterServer extends AbstractBehavior<ParameterServer.Command> {
    sealed interface Command {}

    /** What the coordinator asks. */
    sealed interface Request extends Command {
        Stamp stamp();

        ActorRef<Coordinator.Command> replyTo();
    }

    /**
     * Hold this shard. Answered by {@link Coordinator.ShardReady}.
     *
     * @param parts that together cover at least the range, published by whomever
     */
    record Load(Assignment assignment, List<Part> parts, ActorRef<Coordinator.Command> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return assignment.stamp();
        }
    }

    /** What a shard is of a version of the vector. */
    record Assignment(Stamp stamp, Layout layout, int shard, Range range) {}

    /** Reduce the gradient of this step. Answered by {@link Coordinator.Reduced} once all of it is here. */
    record Reduce(Stamp stamp, double sparsityTarget, ActorRef<Coordinator.Command> replyTo) implements Request {}

    /**
     * A worker's sum of a node is ready to be fetched.
     *
     * @param answer who says so, and the checksum of this server's range of the sum
     */
    record SubtreeReady(Stamp stamp, Node node, Handle sum, Dispute.Answer answer, ActorRef<Refused> replyTo)
            implements Command {}

    /** Give up what is held: the shards of this epoch are others'. Not answered; sent again with every step. */
    record Free(Stamp stamp, ActorRef<Coordinator.Command> replyTo) implements Request {}

    /** Move to the next version. Answered by {@link Coordinator.ShardReady}. */
    record Commit(ShardState.Order order, ActorRef<Coordinator.Command> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return order.stamp();
        }
    }

    /**
     * Decide which units stay; asked of the shard with the masks. Answered by {@link Coordinator.CutDecided}.
     *
     * @param keep share of the teacher's counted parameters that may stay
     * @param widthMap of the cuts before
     */
    record DecideCut(Stamp stamp, double keep, WidthMap widthMap, ActorRef<Coordinator.Command> replyTo)
            implements Request {}

    /**
     * Hold this range of the next layout's vector, made from the old one. Answered by {@link Coordinator.ShardReady}.
     *
     * @param stamp of the old version
     * @param before layout of the old version
     * @param kept the cut; empty where masks are added, or the student is chosen by hand
     * @param old shards of the old vector
     */
    record Gather(
            Stamp stamp,
            Layout before,
            Assignment next,
            Optional<Kept> kept,
            OldShards old,
            ActorRef<Coordinator.Command> replyTo)
            implements Request {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command, NoSerializationVerificationNeeded {}

    private final ShardSurroundings surroundings;
    private final ShardWork work;
    private final ShardState state;
    private final AdamW optimizer;
    private final List<Published> old = new ArrayList<>();
    private Optional<ActorRef<Coordinator.Command>> coordinator = Optional.empty();
    private Optional<Published> published = Optional.empty();
    private Optional<Coordinator.Reduced> reduced = Optional.empty();
    private Optional<Coordinator.CutDecided> decided = Optional.empty();
    private int shard;
    private ShardVector vector;

    private ParameterServer(ActorContext<Command> context, ShardSurroundings surroundings) {
        super(context);
        this.surroundings = surroundings;
        this.work = new ShardWork(surroundings);
        this.state = new ShardState(surroundings.plan().partitions());
        this.optimizer = new AdamW(surroundings.plan().optimizer());
        this.vector = work.empty();
    }

    static Behavior<Command> create(ShardSurroundings surroundings) {
        return Behaviors.setup(context -> new ParameterServer(context, surroundings));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Load.class, this::onLoad)
                .onMessage(Free.class, this::onFree)
                .onMessage(Reduce.class, this::onReduce)
                .onMessage(SubtreeReady.class, this::onSubtreeReady)
                .onMessage(Commit.class, this::onCommit)
                .onMessage(DecideCut.class, this::onDecideCut)
                .onMessage(Gather.class, this::onGather)
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onLoad(Load load) {
        perform(load, state.load(load.stamp()));
        return this;
    }

    private Behavior<Command> onFree(Free free) {
        perform(free, state.free(free.stamp()));
        return this;
    }

    private Behavior<Command> onReduce(Reduce reduce) {
        perform(reduce, state.reduce(reduce.stamp(), reduce.sparsityTarget()));
        return this;
    }

    private Behavior<Command> onSubtreeReady(SubtreeReady ready) {
        for (ShardEffect effect : state.subtreeReady(ready.stamp(), ready.node(), ready.sum(), ready.answer())) {
            if (effect instanceof ShardEffect.Refuse refuse) {
                ready.replyTo().tell(refuse.reply());
            } else {
                perform(effect);
            }
        }
        return this;
    }

    private Behavior<Command> onCommit(Commit commit) {
        perform(commit, state.commit(commit.order()));
        return this;
    }

    private Behavior<Command> onDecideCut(DecideCut decide) {
        perform(decide, state.decideCut(decide.stamp()));
        return this;
    }

    private Behavior<Command> onGather(Gather gather) {
        perform(gather, state.gather(gather.stamp(), gather.next().stamp()));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }

    private void perform(Request request, List<ShardEffect> effects) {
        for (ShardEffect effect : effects) {
            if (effect instanceof ShardEffect.Refuse refuse) {
                request.replyTo().tell(refuse.reply());
            } else {
                coordinator = Optional.of(request.replyTo());
                perform(request, effect);
            }
        }
    }

    /** Effects that need what the request says. */
    private void perform(Request request, ShardEffect effect) {
        if (effect instanceof ShardEffect.Read && request instanceof Load load) {
            then(work.load(load), loaded -> take(load.assignment(), loaded));
        } else if (effect instanceof ShardEffect.Decide && request instanceof DecideCut ask) {
            then(work.decide(vector, shard, ask), cut -> {
                decided = Optional.of(cut);
                perform(state.cutDecided(ask.stamp()));
            });
        } else if (effect instanceof ShardEffect.GatherRange && request instanceof Gather gather) {
            then(work.gather(gather), gathered -> take(gather.next(), gathered));
        } else {
            perform(effect);
        }
    }

    private void take(Assignment assignment, Optional<ShardVector> next) {
        Stamp stamp = assignment.stamp();
        if (next.isEmpty()) {
            getContext()
                    .getLog()
                    .info("part of {} could not be fetched; waiting to be asked again", assignment.range());
            perform(state.unfetched(stamp));
        } else if (state.awaits(stamp)) {
            shard = assignment.shard();
            vector = next.get();
            perform(state.loaded(stamp));
        }
    }

    private void perform(List<ShardEffect> effects) {
        effects.forEach(this::perform);
    }

    private void perform(ShardEffect effect) {
        if (effect instanceof ShardEffect.FetchSlice fetch) {
            fetchSlice(fetch);
        } else if (effect instanceof ShardEffect.FinishReduction finish) {
            then(work.finish(vector, shard, finish), result -> {
                reduced = Optional.of(result);
                perform(state.reductionFinished(finish.stamp()));
            });
        } else if (effect instanceof ShardEffect.Apply apply) {
            then(
                    work.apply(vector, optimizer, apply.order()),
                    nothing -> perform(state.applied(apply.order().next())));
        } else if (effect instanceof ShardEffect.Publish publish) {
            publish(publish);
        } else if (effect instanceof ShardEffect.FreeOld) {
            freeOld();
        } else if (effect instanceof ShardEffect.FreeAll) {
            freeOld();
            published.ifPresent(this::release);
            published = Optional.empty();
            vector = work.empty();
        } else {
            reply(effect);
        }
    }

    private void freeOld() {
        old.forEach(this::release);
        old.clear();
    }

    private void reply(ShardEffect effect) {
        if (effect instanceof ShardEffect.ReplyReady ready) {
            published.ifPresent(it -> tell(new Coordinator.ShardReady(ready.stamp(), shard, it)));
        } else if (effect instanceof ShardEffect.ReplyReduced) {
            reduced.ifPresent(this::tell);
        } else if (effect instanceof ShardEffect.ReplyDecided) {
            decided.ifPresent(this::tell);
        } else if (effect instanceof ShardEffect.TellDisputed it) {
            Dispute.Question question = new Dispute.Question(it.node(), vector.range());
            tell(new Coordinator.Disputed(it.stamp(), question, it.first(), it.second()));
        } else {
            throw new IllegalStateException("nobody asked for [" + effect + "]");
        }
    }

    private void tell(Coordinator.Command reply) {
        coordinator.ifPresent(ref -> ref.tell(reply));
    }

    private void fetchSlice(ShardEffect.FetchSlice fetch) {
        ShardVector adding = vector;
        Range range = adding.range();
        TreeSum tree = adding.tree();
        getContext()
                .pipeToSelf(
                        surroundings
                                .plane()
                                .fetch(fetch.handle(), range.from(), range.to())
                                .thenAcceptAsync(
                                        slice -> {
                                            requireChecksum(fetch, slice);
                                            adding.add(tree, fetch.node(), slice);
                                        },
                                        surroundings.arithmetic()),
                        (nothing, failure) -> new Ended(() -> {
                            if (failure == null) {
                                perform(state.sliceAdded(fetch.stamp(), fetch.node()));
                            } else {
                                getContext().getLog().debug("slice not taken: {}", failure.toString());
                                perform(state.sliceGone(fetch.stamp(), fetch.node(), fetch.handle()));
                            }
                        }));
    }

    /** What was changed between its sum and here is as good as gone: its worker announces it again. */
    private static void requireChecksum(ShardEffect.FetchSlice fetch, float[] slice) {
        if (Checksum.of(slice, new Range(0, slice.length)) != fetch.checksum()) {
            throw new IllegalStateException("the slice of [" + fetch.handle() + "] is not the one that was announced");
        }
    }

    private void publish(ShardEffect.Publish publish) {
        String key =
                getContext().getSelf().path().name() + "/" + publish.stamp().key();
        DataPlane plane = surroundings.plane();
        published.ifPresent(publish.keepOld() ? old::add : this::release);
        Handle master = plane.publish(key + "/weights", vector.weights());
        Rounding rounding = surroundings.plan().wire().weights();
        Handle rounded = rounding == Rounding.FP32
                ? master
                : plane.publish(key + "/rounded", FloatBuffer.wrap(vector.workerWeights()), Encoding.of(rounding));
        Handle first = plane.publish(key + "/first", vector.first());
        Handle second = plane.publish(key + "/second", vector.second());
        published = Optional.of(new Published(rounded, master, first, second));
    }

    private void release(Published version) {
        Stream.of(version.workerWeights(), version.master(), version.first(), version.second())
                .forEach(surroundings.plane()::release);
    }

    /** Goes on, on this actor, once work done elsewhere has ended; a failure of it is this actor's. */
    private <T> void then(CompletionStage<T> result, Consumer<T> next) {
        getContext()
                .pipeToSelf(
                        result,
                        (value, failure) -> new Ended(() -> {
                            if (failure != null) {
                                throw new FailedWork(failure);
                            }
                            next.accept(value);
                        }));
    }
}
