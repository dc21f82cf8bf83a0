package io.tinyclip.cluster.guard;

import io.netty.buffer.ByteBuf;
import io.tinyclip.actors.plane.BadFrameException;
import java.nio.charset.StandardCharsets;

/**
 * The envelope of a message between actor systems, as Akka 2.6 reads it. Little-endian:
 * <pre>
 * 0   version u8, flags u8, table versions u8 u8      flag 1: metadata follow the fixed part, their length i32 first
 * 4   uid i64, serializer i32
 * 16  sender i32, recipient i32, manifest i32         in the top byte not 0: an entry of a table, else a literal follows
 * 28  [metadata,] literals                            each a length i16, then letters
 *     payload
 * </pre>
 * Lengths that are not checked there would be used as they come.
 */
final class Envelope {
    static final int FIXED_BYTES = 28;

    private static final int FLAGS = 1;
    private static final int METADATA = 1;
    private static final int SERIALIZER = 12;
    private static final int SENDER = 16;
    private static final int RECIPIENT = 20;
    private static final int MANIFEST = 24;
    private static final int TABLE_MASK = 0xFF000000;

    /** Actors that another machine deploys: this program has none, and each message to one that is not there would hold up all others for a second. */
    private static final String DEPLOYED = "/remote/";

    private Envelope() {}

    /**
     * What a message is, as far as its envelope tells.
     *
     * @param payload where it begins
     */
    record Head(int serializer, String manifest, int payload) {}

    /** @throws BadFrameException where it is none */
    static Head require(ByteBuf frame) {
        int start = frame.readerIndex();
        require(frame.getByte(start) == 0, "version " + frame.getByte(start) + " of an envelope");
        int at = start + FIXED_BYTES;
        if ((frame.getByte(start + FLAGS) & METADATA) != 0) {
            require(at + Integer.BYTES <= frame.writerIndex(), "no length of metadata");
            int length = frame.getIntLE(at);
            require(
                    length >= 0 && length <= frame.writerIndex() - at - Integer.BYTES,
                    "metadata of " + length + " bytes");
            at += Integer.BYTES + length;
        }
        at = literal(frame, start + SENDER, at, "a sender");
        int recipient = at;
        at = literal(frame, start + RECIPIENT, at, "a recipient");
        requireAnActorHere(frame, recipient, at);
        int manifest = at;
        at = literal(frame, start + MANIFEST, at, "a manifest");
        return new Head(frame.getIntLE(start + SERIALIZER), text(frame, manifest, at), at);
    }

    /** Of a literal; nothing of an entry of a table. */
    private static String text(ByteBuf frame, int from, int to) {
        return to - from > Short.BYTES
                ? frame.toString(from + Short.BYTES, to - from - Short.BYTES, StandardCharsets.US_ASCII)
                : "";
    }

    /** @return where it ends */
    private static int literal(ByteBuf frame, int tag, int at, String what) {
        if ((frame.getIntLE(tag) & TABLE_MASK) != 0) {
            return at;
        }
        require(at + Short.BYTES <= frame.writerIndex(), "no length of " + what);
        int length = frame.getShortLE(at);
        require(length >= 0 && length <= frame.writerIndex() - at - Short.BYTES, what + " of " + length + " letters");
        return at + Short.BYTES + length;
    }

    private static void requireAnActorHere(ByteBuf frame, int from, int to) {
        String path = text(frame, from, to);
        int host = path.indexOf("//");
        int root = host < 0 ? -1 : path.indexOf('/', host + 2);
        require(!path.startsWith(DEPLOYED, Math.max(root, 0)), "a message to a deployed actor");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BadFrameException(otherwise);
        }
    }
}
