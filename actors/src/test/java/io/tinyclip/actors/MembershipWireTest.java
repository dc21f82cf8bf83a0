package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ExtendedActorSystem;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializationExtension;
import io.tinyclip.proto.v1.Belonging;
import io.tinyclip.proto.v1.Claim;
import io.tinyclip.proto.v1.Offer;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MembershipWireTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ExtendedActorSystem SYSTEM = (ExtendedActorSystem) Adapter.toClassic(KIT.system());
    private static final WireSerializer WIRE = new WireSerializer(SYSTEM);
    private static final MembershipSamples SAMPLES = new MembershipSamples(
            KIT.<Registrar.Command>createTestProbe().getRef(),
            KIT.<Answer>createTestProbe().getRef(),
            KIT.<ClusterStatus>createTestProbe().getRef(),
            KIT.<Worker.Command>createTestProbe().getRef(),
            KIT.<ParameterServer.Command>createTestProbe().getRef());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void readsBackEveryFieldOfEveryMessageThatTravels() throws Exception {
        for (Object message : samples().toList()) {
            assertEquals(message, WIRE.fromBinary(WIRE.toBinary(message), WIRE.manifest(message)));
        }
    }

    @Test
    void isWhatTheActorSystemTakesForThem() {
        samples()
                .forEach(message -> assertEquals(
                        WireSerializer.class,
                        SerializationExtension.get(SYSTEM)
                                .findSerializerFor(message)
                                .getClass(),
                        message.toString()));
    }

    @Test
    void knowsEveryCommandButThoseThatStayOnTheirMachine() {
        Set<Class<?>> sampled = samples().map(Object::getClass).collect(Collectors.toSet());
        sampled.remove(ClusterStatus.class);
        Set<Class<?>> travelling = Stream.of(
                        Registrar.Command.class,
                        NodeAgent.Command.class,
                        CandidateAgent.Command.class,
                        StatusDesk.Command.class)
                .flatMap(MembershipWireTest::leaves)
                .filter(type -> !NoSerializationVerificationNeeded.class.isAssignableFrom(type))
                .collect(Collectors.toSet());
        assertEquals(travelling, sampled);
    }

    @Test
    void refusesARoleThatThisVersionDoesNotKnow() {
        Claim.Builder claim = Claim.newBuilder().setBelonging(Belonging.getDefaultInstance());
        byte[] offer =
                Offer.newBuilder().setClaim(claim.addRolesValue(9)).build().toByteArray();
        NotSerializableException refused =
                assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(offer, "Offer"));
        assertTrue(refused.getMessage().contains("[9]"), refused.getMessage());
    }

    private static Stream<Object> samples() {
        return Stream.of(SAMPLES.toRegistrar(), SAMPLES.toAgent(), MembershipSamples.statuses())
                .flatMap(List::stream);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MembershipWireTest::leaves)
                : Stream.of(type);
    }
}
