package io.tinyclip.cluster.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tinyclip.actors.plane.BadFrameException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Reads what another actor system sends: {@code AKKA}, the number of a stream, then frames, each a length i32 and an envelope. What
 * it hands on is whole, and as it came; nothing before the first frame.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final byte[] MAGIC = {'A', 'K', 'K', 'A'};
    private static final int HEADER_BYTES = MAGIC.length + 1;

    /** Of control messages, and of others; a third one, for large ones, is not used. */
    private static final int LAST_STREAM = 2;

    private final int longest;
    private final Runnable framed;
    private final BooleanSupplier mayLead;
    private byte stream;
    private boolean begun;
    private boolean passed;
    private boolean refused;

    /**
     * @param longest bytes of an envelope
     * @param framed hears of each whole frame
     * @param mayLead whether what only candidates say may be said here
     */
    FrameDecoder(int longest, Runnable framed, BooleanSupplier mayLead) {
        this.longest = longest;
        this.framed = framed;
        this.mayLead = mayLead;
    }

    /** Whether a frame has begun that has not ended, or nothing has come at all. */
    boolean inFrame() {
        return !begun || actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (begun) {
            frame(in, out);
        } else {
            header(in);
        }
    }

    private void header(ByteBuf in) {
        for (int i = 0; i < Math.min(MAGIC.length, in.readableBytes()); i++) {
            require(in.getByte(in.readerIndex() + i) == MAGIC[i], "it does not begin as an actor system does");
        }
        if (in.readableBytes() >= HEADER_BYTES) {
            stream = in.getByte(in.readerIndex() + MAGIC.length);
            require(stream >= 1 && stream <= LAST_STREAM, "stream " + stream);
            begun = true;
            in.skipBytes(HEADER_BYTES);
        }
    }

    private void frame(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        int length = in.getIntLE(in.readerIndex());
        require(length >= Envelope.FIXED_BYTES && length <= longest, "a frame of " + length + " bytes");
        if (in.readableBytes() >= Integer.BYTES + length) {
            requireEnvelope(in.slice(in.readerIndex() + Integer.BYTES, length));
            if (!passed) {
                passed = true;
                out.add(Unpooled.copiedBuffer(MAGIC, new byte[] {stream}));
            }
            framed.run();
            out.add(in.readRetainedSlice(Integer.BYTES + length));
        }
    }

    private void requireEnvelope(ByteBuf envelope) {
        try {
            Envelope.Head head = Envelope.require(envelope);
            if (!mayLead.getAsBoolean()) {
                CandidateWords.refuse(head, envelope);
            }
        } catch (BadFrameException e) {
            refused = true;
            throw e;
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            refused = true;
            throw new BadFrameException(otherwise);
        }
    }
}
