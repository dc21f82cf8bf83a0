package io.tinyclip.actors.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tinyclip.actors.join.ClusterStatus;
import java.util.List;

/** How a cluster is doing, as the bytes of its message, for whoever asks without an actor system. */
public final class StatusBytes {
    private static final WireRecord RECORD = new WireMessages(
                    List.of(ClusterStatus.class), new WireLeaves.Refs(actor -> noActors(), text -> {
                        throw new IllegalArgumentException("[" + text + "] is an actor");
                    }))
            .of(ClusterStatus.class)
            .orElseThrow();

    private StatusBytes() {}

    private static String noActors() {
        throw new IllegalArgumentException("a status names no actors");
    }

    public static byte[] of(ClusterStatus status) {
        return RECORD.toBytes(status);
    }

    /** @throws IllegalArgumentException for bytes that are no status */
    public static ClusterStatus read(byte[] bytes) {
        try {
            return (ClusterStatus) RECORD.fromBytes(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no status: " + e.getMessage(), e);
        }
    }
}
