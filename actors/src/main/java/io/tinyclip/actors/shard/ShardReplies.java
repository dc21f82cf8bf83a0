package io.tinyclip.actors.shard;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import java.util.Optional;

/** What a parameter server answers the coordinator that it obeys; asked again, it says the same again. */
final class ShardReplies {
    private final HeldShard held;
    private final ActorRef<ServerCommand> self;
    private Optional<ActorRef<CoordinatorCommand>> coordinator = Optional.empty();
    private Optional<ActorRef<ServerCommand>> keeper = Optional.empty();
    private Optional<CoordinatorCommand.Reduced> reduced = Optional.empty();
    private Optional<CoordinatorCommand.CutDecided> decided = Optional.empty();

    /** @param self hears from whoever keeps the shard's copy */
    ShardReplies(HeldShard held, ActorRef<ServerCommand> self) {
        this.held = held;
        this.self = self;
    }

    /** Who keeps the shard's copy, if anybody does. */
    void keptBy(Optional<ActorRef<ServerCommand>> server) {
        keeper = server;
    }

    void offerGradient(Stamp stamp) {
        ServerCommand.GradientReady ready =
                new ServerCommand.GradientReady(stamp, held.number(), held.publishGradient(stamp), self);
        keeper.ifPresent(ref -> ref.tell(ready));
    }

    void obey(ActorRef<CoordinatorCommand> leader) {
        coordinator = Optional.of(leader);
    }

    void reduced(CoordinatorCommand.Reduced result) {
        reduced = Optional.of(result);
    }

    void decided(CoordinatorCommand.CutDecided cut) {
        decided = Optional.of(cut);
    }

    void tellReady(Stamp stamp) {
        held.published().ifPresent(it -> tell(new CoordinatorCommand.ShardReady(stamp, held.number(), it)));
    }

    void tellReduced() {
        reduced.ifPresent(this::tell);
    }

    void tellDecided() {
        decided.ifPresent(this::tell);
    }

    void tellHolds(Stamp survey, Optional<Holding> holding) {
        tell(new CoordinatorCommand.Holds(survey, self, holding));
    }

    void tellDisputed(ShardEffect.TellDisputed it) {
        Dispute.Question question =
                new Dispute.Question(it.node(), held.vector().range());
        tell(new CoordinatorCommand.Disputed(it.stamp(), question, it.first(), it.second()));
    }

    void handleAgain(ServerCommand message) {
        self.tell(message);
    }

    /** Whoever is obeyed hears this. */
    void tell(CoordinatorCommand reply) {
        coordinator.ifPresent(ref -> ref.tell(reply));
    }
}
