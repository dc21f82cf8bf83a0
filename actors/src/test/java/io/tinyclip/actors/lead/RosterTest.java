package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RosterTest {
    /** A worker that seemed to be gone has the sums of what was leased to it in this step under the number that it had. */
    @Test
    void whoIsBackHasTheNumberThatItHad() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            Roster<String> roster = new Roster<>(ActorRefResolver.get(kit.system()));
            ActorRef<String> first = kit.<String>createTestProbe().ref();
            ActorRef<String> second = kit.<String>createTestProbe().ref();
            assertEquals(OptionalInt.of(0), roster.join(first));
            assertEquals(OptionalInt.of(1), roster.join(second));
            assertEquals(OptionalInt.empty(), roster.join(first), "it is here");
            assertEquals(OptionalInt.of(0), roster.leave(first));
            assertEquals(OptionalInt.empty(), roster.leave(first), "it is gone");
            assertEquals(OptionalInt.of(0), roster.join(first));
            assertEquals(OptionalInt.empty(), roster.join(first), "it is here again");
        } finally {
            kit.shutdownTestKit();
        }
    }
}
