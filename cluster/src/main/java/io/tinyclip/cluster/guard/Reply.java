package io.tinyclip.cluster.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a {@link Question}: number of its kind u8, length i32 little-endian, bytes.
 *
 * @param bytes of a status, or of a line in UTF-8
 */
public record Reply(Kind kind, byte[] bytes) {
    /** More than the largest cluster's status has. */
    private static final int MOST_BYTES = 1 << 24;

    /** What it is. */
    public enum Kind {
        /** Number 0 is none. */
        NONE,
        /** How the cluster is doing, as the bytes of its message. */
        STATUS,
        /** Whoever leads is there, and is to be asked. */
        ELSEWHERE,
        /** The run has ended. */
        ENDED,
        /** Why it is not answered, or not done. */
        REFUSED,
        /** The actor system behind the door takes connections. */
        HERE
    }

    public static Reply line(Kind kind, String line) {
        return new Reply(kind, line.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply refused(String line) {
        return line(Kind.REFUSED, line);
    }

    public String line() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    ByteBuf written() {
        ByteBuf out = Unpooled.buffer(1 + Integer.BYTES + bytes.length);
        return out.writeByte(kind.ordinal()).writeIntLE(bytes.length).writeBytes(bytes);
    }

    /** @throws IOException also for what is none */
    public static Reply read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        int kind = in.readUnsignedByte();
        int length = Integer.reverseBytes(in.readInt());
        if (kind == 0 || kind >= Kind.values().length || length < 0 || length > MOST_BYTES) {
            throw new IOException("an answer of kind " + kind + " and " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("half an answer");
        }
        return new Reply(Kind.values()[kind], bytes);
    }
}
