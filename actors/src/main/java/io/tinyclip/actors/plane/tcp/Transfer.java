package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tinyclip.actors.plane.Publication;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Floats on their way out. They leave in pieces that stay in a core's cache from the publisher's array over the
 * checksum to the socket: a chunk as a whole would go through memory three times.
 */
final class Transfer {
    /** Floats' bytes in a piece. */
    static final int PIECE_BYTES = 1 << 18;

    /** Frames around a piece, at most. */
    private static final int FRAME_BYTES = Frames.ANSWER_BYTES + Frames.LENGTH_BYTES + Frames.CHECKSUM_BYTES;

    private final Publication publication;
    private final int to;
    private final int chunk;
    private final Traffic.Counts counts;
    private final CRC32C crc = new CRC32C();
    private int next;
    private int chunkLeft;
    private boolean begun;

    /** @param chunk bytes, whole floats */
    Transfer(Publication publication, Frames.Request request, int chunk, Traffic.Counts counts) {
        this.publication = publication;
        this.next = request.from();
        this.to = request.to();
        this.chunk = chunk;
        this.counts = counts;
    }

    boolean ended() {
        return begun && next == to;
    }

    /** The next bytes of the answer, or none where the publication has ended. */
    Optional<ByteBuf> next(ByteBufAllocator allocator) {
        ByteBuf piece = allocator.directBuffer(PIECE_BYTES + FRAME_BYTES);
        if (!begun) {
            Frames.write(new Frames.Answer(Frames.Status.OK, publication.encoding(), publication.number()), piece);
            begun = true;
        }
        if (next < to && !addFloats(piece)) {
            piece.release();
            return Optional.empty();
        }
        return Optional.of(piece);
    }

    private boolean addFloats(ByteBuf piece) {
        int width = publication.encoding().bytes();
        int start = piece.writerIndex();
        if (chunkLeft == 0) {
            chunkLeft = (int) Math.min(chunk, (long) (to - next) * width);
            piece.writeIntLE(chunkLeft);
            crc.reset();
        }
        int bytes = Math.min(chunkLeft, PIECE_BYTES);
        int until = next + bytes / width;
        ByteBuffer floats = piece.nioBuffer(piece.writerIndex(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!publication.encode(next, until, floats)) {
            return false;
        }
        piece.writerIndex(piece.writerIndex() + bytes);
        crc.update(piece.nioBuffer(start, piece.writerIndex() - start));
        counts.sent(bytes);
        next = until;
        chunkLeft -= bytes;
        if (chunkLeft == 0) {
            piece.writeIntLE((int) crc.getValue());
        }
        return true;
    }
}
