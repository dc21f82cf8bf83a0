package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.Encoding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What goes over a connection. All numbers are little-endian.
 * <pre>
 * fetcher -&gt; publisher   hello     magic u32, version u16, length u16, the fetcher's own address
 * fetcher -&gt; publisher   request   from i32, to i32, length u16, key                              any number of times
 * holder -&gt; offerer      session   -1 i32, -1 i32, length u16, key                                 instead of requests, and again
 * offerer -&gt; holder      pulse     0 u8                                                            to each of them
 * publisher -&gt; fetcher   answer    status u8, encoding u8, 0 u16, publication i64, CRC32C u32     in the order of requests
 *                        chunk     length i32, encoded floats, CRC32C u32 of both                 until all are sent
 * </pre>
 * A session's connection stays open for as long as both ends live, and is closed where one hears nothing of the other. Texts are UTF-8. A checksum follows its chunk, so that a chunk is never in memory as a whole. Whoever gets anything else
 * closes the connection; the fetcher asks again for what it has not got.
 */
final class Frames {
    static final int MAGIC = 0x50444354;
    static final int VERSION = 1;
    static final int HELLO_BYTES = 8;
    static final int REQUEST_BYTES = 10;
    static final int ANSWER_BYTES = 16;
    static final int LENGTH_BYTES = 4;
    static final int CHECKSUM_BYTES = 4;
    static final int MOST_ADDRESS_BYTES = 300;
    static final int MOST_KEY_BYTES = 1024;

    /** Where a request has its first and last float, for a session. */
    static final int SESSION = -1;

    /** Answers a session. */
    static final int PULSE = 0;

    /** Requests that a connection may have open; the fetcher keeps further ones to itself. */
    static final int MOST_REQUESTS = 64;

    enum Status {
        OK(0),
        GONE(1),
        BAD_RANGE(2);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        private static Status of(int code) {
            return Arrays.stream(values())
                    .filter(status -> status.code == code)
                    .findFirst()
                    .orElseThrow(() -> new BadFrameException("unknown status " + code));
        }
    }

    record Hello(String address) {}

    record Request(String key, int from, int to) {}

    record Holding(String key) {}

    /** @param publication tells apart what has been published under one key */
    public record Answer(Status status, Encoding encoding, long publication) {}

    private Frames() {}

    static void write(Hello hello, ByteBuf out) {
        out.writeIntLE(MAGIC).writeShortLE(VERSION);
        byte[] address = hello.address().getBytes(StandardCharsets.UTF_8);
        out.writeShortLE(address.length).writeBytes(address);
    }

    static void write(Request request, ByteBuf out) {
        out.writeIntLE(request.from()).writeIntLE(request.to());
        byte[] key = request.key().getBytes(StandardCharsets.UTF_8);
        out.writeShortLE(key.length).writeBytes(key);
    }

    static void write(Holding session, ByteBuf out) {
        write(new Request(session.key(), SESSION, SESSION), out);
    }

    static void write(Answer answer, ByteBuf out) {
        int start = out.writerIndex();
        out.writeByte(answer.status().code)
                .writeByte(answer.encoding().code())
                .writeShortLE(0)
                .writeLongLE(answer.publication());
        out.writeIntLE(checksum(out.nioBuffer(start, out.writerIndex() - start)));
    }

    /** Reads {@link #ANSWER_BYTES}. */
    static Answer readAnswer(ByteBuf in) {
        int found = checksum(in.nioBuffer(in.readerIndex(), ANSWER_BYTES - CHECKSUM_BYTES));
        int status = in.readUnsignedByte();
        int encoding = in.readUnsignedByte();
        in.skipBytes(Short.BYTES);
        long publication = in.readLongLE();
        if (in.readIntLE() != found) {
            throw new BadFrameException("an answer's checksum is wrong");
        }
        return new Answer(Status.of(status), Encoding.of(encoding), publication);
    }

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
