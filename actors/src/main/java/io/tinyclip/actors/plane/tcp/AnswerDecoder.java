package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.GoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads answers into the arrays of the stretches that a connection was asked for. */
final class AnswerDecoder extends ByteToMessageDecoder {
    private enum Expecting {
        ANSWER,
        LENGTH,
        FLOATS,
        CHECKSUM
    }

    private final Connection connection;
    private final CRC32C crc = new CRC32C();

    /** The bytes of a float that arrive apart from each other. */
    private final ByteBuffer torn = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private Expecting expecting = Expecting.ANSWER;
    private Encoding encoding = Encoding.FP32;
    private int chunkFloats;
    private int placed;
    private int bytesLeft;
    private boolean broken;

    AnswerDecoder(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        switch (expecting) {
            case ANSWER -> {
                if (in.readableBytes() >= Frames.ANSWER_BYTES) {
                    answer(Frames.readAnswer(in));
                }
            }
            case LENGTH -> {
                if (in.readableBytes() >= Frames.LENGTH_BYTES) {
                    chunk(in);
                }
            }
            case FLOATS -> floats(in);
            case CHECKSUM -> {
                if (in.readableBytes() >= Frames.CHECKSUM_BYTES) {
                    checksum(in.readIntLE());
                }
            }
            default -> throw new IllegalStateException("[" + expecting + "]");
        }
    }

    private void answer(Frames.Answer answer) {
        Stretch stretch = connection.answered();
        Fetch fetch = stretch.fetch();
        if (answer.status() == Frames.Status.GONE) {
            connection.fail(fetch, new GoneException(fetch.handle()));
            connection.ended();
        } else if (answer.status() == Frames.Status.BAD_RANGE) {
            connection.fail(fetch, new FetchException(fetch.handle(), "it has fewer floats than its handle says"));
            connection.ended();
        } else {
            encoding = answer.encoding();
            if (!fetch.comesFrom(answer.publication())) {
                connection.fail(fetch, new GoneException(fetch.handle()));
            }
            expectChunkOrEnd(stretch);
        }
    }

    private void chunk(ByteBuf in) {
        Stretch stretch = connection.answered();
        crc.reset();
        crc.update(in.nioBuffer(in.readerIndex(), Frames.LENGTH_BYTES));
        bytesLeft = in.readIntLE();
        chunkFloats = bytesLeft / encoding.bytes();
        placed = 0;
        if (bytesLeft <= 0
                || bytesLeft > PlaneSettings.LARGEST_CHUNK
                || bytesLeft % encoding.bytes() != 0
                || chunkFloats > stretch.left()) {
            throw new BadFrameException("a chunk of " + bytesLeft + " bytes");
        }
        expecting = Expecting.FLOATS;
    }

    private void floats(ByteBuf in) {
        int count = Math.min(in.readableBytes(), bytesLeft);
        ByteBuffer bytes = in.nioBuffer(in.readerIndex(), count).order(ByteOrder.LITTLE_ENDIAN);
        crc.update(bytes);
        bytes.rewind();
        place(bytes);
        in.skipBytes(count);
        bytesLeft -= count;
        if (bytesLeft == 0) {
            expecting = Expecting.CHECKSUM;
        }
    }

    private void place(ByteBuffer bytes) {
        int width = encoding.bytes();
        while (torn.position() > 0 && bytes.hasRemaining()) {
            torn.put(bytes.get());
            if (torn.position() == width) {
                torn.flip();
                place(torn, 1);
                torn.clear();
            }
        }
        place(bytes, bytes.remaining() / width);
        torn.put(bytes);
    }

    private void place(ByteBuffer bytes, int count) {
        Stretch stretch = connection.answered();
        Fetch fetch = stretch.fetch();
        if (fetch.failed()) {
            bytes.position(bytes.position() + count * encoding.bytes());
        } else {
            encoding.read(bytes, count, fetch.target(), fetch.index(stretch.next() + placed));
            fetch.received(count);
        }
        placed += count;
    }

    private void checksum(int expected) {
        if ((int) crc.getValue() != expected) {
            throw new BadFrameException("a chunk's checksum is wrong");
        }
        Stretch stretch = connection.answered();
        connection.received(stretch, chunkFloats, chunkFloats * encoding.bytes());
        expectChunkOrEnd(stretch);
    }

    private void expectChunkOrEnd(Stretch stretch) {
        if (stretch.left() == 0) {
            expecting = Expecting.ANSWER;
            connection.ended();
        } else {
            expecting = Expecting.LENGTH;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken = true;
        connection.broken(context.channel(), cause);
    }
}
