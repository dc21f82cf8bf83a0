package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tinyclip.actors.plane.BadFrameException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what others send: one {@link Frames.Hello}, then {@link Frames.Request}s or one {@link Frames.Holding}. */
final class RequestDecoder extends ByteToMessageDecoder {
    private boolean greeted;
    private boolean refused;

    /** Whether a frame has begun that has not ended, or none has come at all. */
    boolean inFrame() {
        return !greeted || actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (greeted) {
            request(in, out);
        } else {
            hello(in, out);
        }
    }

    private void hello(ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        if (in.readableBytes() < Frames.HELLO_BYTES) {
            require(startsLikeMagic(in), "it does not begin as a TinyCLIP data plane does");
            return;
        }
        require(in.getIntLE(start) == Frames.MAGIC, "it does not begin as a TinyCLIP data plane does");
        int version = in.getUnsignedShortLE(start + 4);
        require(version == Frames.VERSION, "version " + version + " of the protocol, not " + Frames.VERSION);
        int length = in.getUnsignedShortLE(start + 6);
        require(length <= Frames.MOST_ADDRESS_BYTES, "an address of " + length + " bytes");
        if (in.readableBytes() >= Frames.HELLO_BYTES + length) {
            in.skipBytes(Frames.HELLO_BYTES);
            String address = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
            out.add(new Frames.Hello(checked(address)));
            greeted = true;
        }
    }

    /** It is shown to people. */
    private String checked(String address) {
        try {
            return Address.parse(address).toString();
        } catch (IllegalArgumentException e) {
            refused = true;
            throw new BadFrameException("an address that is none");
        }
    }

    private boolean startsLikeMagic(ByteBuf in) {
        for (int i = 0; i < Math.min(in.readableBytes(), Integer.BYTES); i++) {
            if (in.getByte(in.readerIndex() + i) != (byte) (Frames.MAGIC >>> (Byte.SIZE * i))) {
                return false;
            }
        }
        return true;
    }

    private void request(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Frames.REQUEST_BYTES) {
            return;
        }
        int length = in.getUnsignedShortLE(in.readerIndex() + 8);
        require(length <= Frames.MOST_KEY_BYTES, "a key of " + length + " bytes");
        if (in.readableBytes() >= Frames.REQUEST_BYTES + length) {
            int from = in.readIntLE();
            int to = in.readIntLE();
            in.skipBytes(Short.BYTES);
            String key = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
            boolean session = from == Frames.SESSION && to == Frames.SESSION;
            out.add(session ? new Frames.Holding(key) : new Frames.Request(key, from, to));
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            refused = true;
            throw new BadFrameException(otherwise);
        }
    }
}
