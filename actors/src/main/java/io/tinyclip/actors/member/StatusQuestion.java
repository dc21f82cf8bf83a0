package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.DeskCommand;
import io.tinyclip.actors.join.StatusRequest;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asking a member of a cluster how the cluster is doing, without joining it. */
public final class StatusQuestion {
    private StatusQuestion() {}

    /**
     * Lets this member be asked.
     *
     * @param cluster its name
     */
    public static void answeredBy(ActorSystem<?> member, String cluster) {
        member.systemActorOf(StatusDesk.create(cluster), StatusDesk.NAME, Props.empty());
    }

    /**
     * Asks the member at that address.
     *
     * @param asking an actor system that can be reached from there; of the same name
     * @param address as in {@code host:port}
     * @return fails with a TimeoutException where nothing answers in time
     */
    public static CompletionStage<ClusterStatus> ask(ActorSystem<?> asking, String address, Duration limit) {
        ActorRef<DeskCommand> desk = ActorRefResolver.get(asking)
                .resolveActorRef("akka://" + asking.name() + "@" + address + "/system/" + StatusDesk.NAME);
        return AskPattern.ask(desk, StatusRequest::new, limit, asking.scheduler());
    }
}
