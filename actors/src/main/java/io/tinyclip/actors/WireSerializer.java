package io.tinyclip.actors;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.NotSerializableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns the actors' messages into those of {@code tinyclip.v1} and back. Generated types are known here and no further. */
final class WireSerializer extends SerializerWithStringManifest {
    /** "TINY"; part of the wire, so it never changes. */
    private static final int IDENTIFIER = 0x54494E59;

    private final Map<String, WireCodec<?, ?>> byManifest = new HashMap<>();
    private final Map<Class<?>, WireCodec<?, ?>> byType = new HashMap<>();

    WireSerializer(ExtendedActorSystem system) {
        WireRefs refs = new WireRefs(ActorRefResolver.get(Adapter.toTyped(system)));
        Stream.of(
                        new MembershipWire(refs).codecs(),
                        new StatusWire(refs).codecs(),
                        new StepWire(refs).codecs(),
                        DisputeWire.codecs(),
                        new ShardWire(refs).codecs(),
                        new TransitionWire(refs).codecs())
                .flatMap(List::stream)
                .forEach(codec -> {
                    byManifest.put(codec.manifest(), codec);
                    byType.put(codec.type(), codec);
                });
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return codecOf(message).manifest();
    }

    @Override
    public byte[] toBinary(Object message) {
        return codecOf(message).toBytes(message);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        WireCodec<?, ?> codec = Optional.<WireCodec<?, ?>>ofNullable(byManifest.get(manifest))
                .orElseThrow(() -> new NotSerializableException(
                        "no message [" + manifest + "] in this version; run the same version on every machine"));
        try {
            return codec.fromBytes(bytes);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw (NotSerializableException)
                    new NotSerializableException("message [" + manifest + "] cannot be read: " + e.getMessage())
                            .initCause(e);
        }
    }

    private WireCodec<?, ?> codecOf(Object message) {
        return Optional.<WireCodec<?, ?>>ofNullable(byType.get(message.getClass()))
                .orElseThrow(() ->
                        new IllegalArgumentException("[" + message.getClass().getName() + "] is not for the wire"));
    }
}
