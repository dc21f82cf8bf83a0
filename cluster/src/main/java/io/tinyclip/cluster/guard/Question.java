package io.tinyclip.cluster.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a person, or the member itself, asks at the port of a member's actors' messages, without being a member: {@code TCL?}, version u8, number u8. Answered
 * by one {@link Reply}.
 */
public enum Question {
    /** How the cluster is doing. */
    STATUS(1, "how the cluster is doing"),
    /** That the run ends, with a checkpoint. */
    END(2, "that the run ends"),
    /** Whether an actor system is reached by way of this door; asked by a member of itself. */
    HERE(3, "whether anybody is here");

    static final int BYTES = 6;

    private static final byte[] MAGIC = {'T', 'C', 'L', '?'};
    private static final byte VERSION = 1;

    private final byte number;
    private final String words;

    Question(int number, String words) {
        this.number = (byte) number;
        this.words = words;
    }

    /** For people. */
    String words() {
        return words;
    }

    /** As it is sent. */
    public byte[] bytes() {
        byte[] bytes = Arrays.copyOf(MAGIC, BYTES);
        bytes[MAGIC.length] = VERSION;
        bytes[MAGIC.length + 1] = number;
        return bytes;
    }

    /** Whether what has come may be one: an actor system begins otherwise. */
    static boolean begins(ByteBuf in) {
        int length = Math.min(in.readableBytes(), MAGIC.length);
        return in.slice(in.readerIndex(), length).equals(Unpooled.wrappedBuffer(MAGIC, 0, length));
    }

    /** Of what {@link #begins}; empty for a version or question that is none here. */
    static Optional<Question> read(ByteBuf in) {
        byte[] bytes = new byte[BYTES];
        in.readBytes(bytes);
        return Arrays.stream(values())
                .filter(question -> Arrays.equals(bytes, question.bytes()))
                .findFirst();
    }
}
