package io.tinyclip.actors.wire;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.typesafe.config.Config;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns the actors' messages into those of {@code tinyclip.v1} and back. Generated types are known to Wire classes only. */
final class WireSerializer extends SerializerWithStringManifest {
    /** "TINY"; part of the wire, so it never changes. */
    private static final int IDENTIFIER = 0x54494E59;

    private final WireMessages messages;

    /** @throws IllegalArgumentException if a message does not fit its record */
    WireSerializer(ExtendedActorSystem system) {
        ActorRefResolver resolver = ActorRefResolver.get(Adapter.toTyped(system));
        WireLeaves.Refs refs =
                new WireLeaves.Refs(resolver::toSerializationFormat, text -> resolver.<Object>resolveActorRef(text));
        this.messages = new WireMessages(roots(system.settings().config()), refs);
    }

    /** What the configuration binds to this serializer. */
    static List<Class<?>> roots(Config config) {
        Map<String, Object> names =
                config.getConfig("akka.actor.serializers").root().unwrapped();
        List<Class<?>> roots = new ArrayList<>();
        config.getConfig("akka.actor.serialization-bindings").root().unwrapped().forEach((type, serializer) -> {
            if (WireSerializer.class.getName().equals(names.get(serializer))) {
                roots.add(root(type));
            }
        });
        return roots;
    }

    private static Class<?> root(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("[" + name + "] in akka.actor.serialization-bindings is no class", e);
        }
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        recordOf(message);
        return message.getClass().getSimpleName();
    }

    @Override
    public byte[] toBinary(Object message) {
        return recordOf(message).toBytes(message);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        WireRecord record = messages.named(manifest)
                .orElseThrow(() -> new NotSerializableException(
                        "no message [" + manifest + "] in this version; run the same version on every machine"));
        try {
            return record.fromBytes(bytes);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw (NotSerializableException)
                    new NotSerializableException("message [" + manifest + "] cannot be read: " + e.getMessage())
                            .initCause(e);
        }
    }

    private WireRecord recordOf(Object message) {
        return messages.of(message.getClass())
                .orElseThrow(() ->
                        new IllegalArgumentException("[" + message.getClass().getName() + "] is not for the wire"));
    }
}
