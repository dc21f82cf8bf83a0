package io.tinyclip.actors.gate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.hash.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * The key of a session says for whom it is offered. By holding one a machine learns that its other end may lead; so a session that the
 * leader has offered to one machine must prove nothing to another, to whom that one has passed it on.
 */
public final class SessionKey {
    private SessionKey() {}

    /** One that nobody can guess. */
    static String fresh(ActorSystem<?> system, ActorRef<Answer> agent) {
        return "session/" + Token.fresh() + mark(system, agent);
    }

    /** Whether a session was offered to this agent and to none else. */
    public static boolean isFor(ActorSystem<?> system, ActorRef<Answer> agent, Handle session) {
        return session.key().endsWith(mark(system, agent));
    }

    private static String mark(ActorSystem<?> system, ActorRef<Answer> agent) {
        String address = ActorRefResolver.get(system).toSerializationFormat(agent);
        return "/" + Sha256.hex(address.getBytes(StandardCharsets.UTF_8));
    }
}
