package io.tinyclip.cluster.guard;

import akka.cluster.protobuf.msg.ClusterMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Envelopes as Akka writes them, of messages of its cluster. */
final class ClusterWordsSamples {
    private static final int SERIALIZER = 12;
    private static final int NO_SENDER = 0xFF000000;

    private ClusterWordsSamples() {}

    static byte[] message(int serializer, String manifest) {
        return message(serializer, manifest, new byte[0]);
    }

    /** One that joins with a role. */
    static byte[] join(String role) {
        ClusterMessages.UniqueAddress node = ClusterMessages.UniqueAddress.newBuilder()
                .setAddress(ClusterMessages.Address.newBuilder()
                        .setSystem("tinyclip")
                        .setHostname("10.0.0.7")
                        .setPort(25520)
                        .setProtocol("akka"))
                .setUid(1)
                .build();
        return message(
                5,
                "J",
                ClusterMessages.Join.newBuilder()
                        .setNode(node)
                        .addRoles(role)
                        .build()
                        .toByteArray());
    }

    private static byte[] message(int serializer, String manifest, byte[] payload) {
        byte[] to = "akka://tinyclip@10.0.0.1:25520/system/cluster/core/daemon".getBytes(StandardCharsets.US_ASCII);
        byte[] kind = manifest.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(Envelope.FIXED_BYTES + 2 + to.length + 2 + kind.length + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(SERIALIZER, serializer).putInt(16, NO_SENDER).position(Envelope.FIXED_BYTES);
        out.putShort((short) to.length)
                .put(to)
                .putShort((short) kind.length)
                .put(kind)
                .put(payload);
        return out.array();
    }
}
