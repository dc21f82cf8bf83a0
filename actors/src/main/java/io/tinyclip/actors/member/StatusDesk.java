package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.DeskCommand;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.StatusRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every member has one, under a name that needs no looking up: hands questions on to the registrars. */
final class StatusDesk extends AbstractBehavior<DeskCommand> {
    /** What this actor tells itself. */
    sealed interface Command extends DeskCommand.Local {}

    private record Registrars(Set<ActorRef<RegistrarCommand>> known) implements Command {}

    /** Its name among the system's actors. */
    static final String NAME = "tinyclip-status";

    private final String cluster;
    private Set<ActorRef<RegistrarCommand>> registrars = Set.of();

    private StatusDesk(ActorContext<DeskCommand> context, String cluster) {
        super(context);
        this.cluster = cluster;
        ActorRef<Receptionist.Listing> found = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Registrars(listing.getServiceInstances(Registrar.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(Registrar.KEY, found));
    }

    static Behavior<DeskCommand> create(String cluster) {
        return Behaviors.setup(context -> new StatusDesk(context, cluster));
    }

    @Override
    public Receive<DeskCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(Registrars.class, this::onRegistrars)
                .onMessage(StatusRequest.class, this::onRequest)
                .build();
    }

    private Behavior<DeskCommand> onRegistrars(Registrars found) {
        registrars = found.known;
        return this;
    }

    /** While one coordinator follows another there may be two registrars; whoever asked takes the first answer. */
    private Behavior<DeskCommand> onRequest(StatusRequest request) {
        if (registrars.isEmpty()) {
            request.replyTo().tell(new ClusterStatus(cluster, Optional.empty(), List.of(), List.of(), 0));
        }
        registrars.forEach(registrar -> registrar.tell(request));
        return this;
    }
}
