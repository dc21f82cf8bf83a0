package io.tinyclip.formats.onnx;

import io.tinyclip.files.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protocol buffers message in its wire format, field by field. What lies outside the heap is referred to, never copied,
 * so that a message of a model's weights is small.
 */
final class Message {
    /** How a field's value is encoded: the low three bits of its tag. */
    private static final int VARINT = 0;

    private static final int LENGTH_DELIMITED = 2;
    private static final int FOUR_BYTES = 5;
    private static final int WIRE_TYPE_BITS = 3;

    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 1 << VARINT_BITS;

    private final List<ByteBuffer> parts = new ArrayList<>();
    /** What has been written since the last of the parts. */
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();

    private long partsSize;

    /** A field of type int32, int64 or enum. */
    Message number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    /** A field of type float. */
    Message number(int field, float value) {
        tag(field, FOUR_BYTES);
        byte[] bytes = new byte[Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
        open.writeBytes(bytes);
        return this;
    }

    Message text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, ByteBuffer.wrap(utf8));
    }

    /** A field of type bytes: all that remains in the buffer, which must not change until the message is written. */
    Message bytes(int field, ByteBuffer value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.remaining());
        part(value);
        return this;
    }

    Message message(int field, Message value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.size());
        value.parts.forEach(this::part);
        open.writeBytes(value.open.toByteArray());
        return this;
    }

    /** Bytes of the message. */
    long size() {
        return partsSize + open.size();
    }

    void writeTo(FileChannel channel) throws IOException {
        for (ByteBuffer part : parts) {
            AtomicFile.writeFully(channel, part.duplicate());
        }
        AtomicFile.writeFully(channel, ByteBuffer.wrap(open.toByteArray()));
    }

    private void tag(int field, int wireType) {
        varint((long) field << WIRE_TYPE_BITS | wireType);
    }

    /** Seven bits a byte, the low ones first; all but the last byte have the high bit set. */
    private void varint(long value) {
        long rest = value;
        while ((rest & -VARINT_MORE) != 0) {
            open.write((int) (rest & VARINT_MORE - 1 | VARINT_MORE));
            rest >>>= VARINT_BITS;
        }
        open.write((int) rest);
    }

    private void part(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            open.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return;
        }
        seal();
        parts.add(bytes.slice());
        partsSize += bytes.remaining();
    }

    private void seal() {
        if (open.size() > 0) {
            parts.add(ByteBuffer.wrap(open.toByteArray()));
            partsSize += open.size();
            open.reset();
        }
    }
}
