package io.tinyclip.formats.torchscript;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip as PyTorch writes it: entries stored as they are, each content on a bound of 64 bytes, so that a reader can map
 * it. The same contents give the same bytes, whenever and wherever they are written.
 */
final class AlignedZip {
    private static final int ALIGNMENT = 64;
    /** Bytes of an entry's header before its name. */
    private static final int HEADER = 30;
    /** Bytes of an extra field before its content: identifier and length. */
    private static final int EXTRA_HEADER = 4;
    /** What PyTorch's padding is known by. */
    private static final short PADDING = 'F' | 'B' << 8;
    /** Not the first day that a zip can name: Java takes that for one before, and adds the time zone's moment. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private static final int CHUNK = 1 << 20;

    private final FileChannel channel;
    private final ZipOutputStream zip;
    private final byte[] chunk = new byte[CHUNK];

    /** Writes from the channel's beginning on. */
    AlignedZip(FileChannel channel) {
        this.channel = channel;
        this.zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    }

    /** Adds what remains in the buffer, a piece at a time. */
    void add(String name, ByteBuffer content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.remaining());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(NO_TIME);
        zip.flush();
        entry.setExtra(padding(channel.position() + HEADER + name.getBytes(StandardCharsets.UTF_8).length));
        zip.putNextEntry(entry);
        while (content.hasRemaining()) {
            int count = Math.min(CHUNK, content.remaining());
            content.get(chunk, 0, count);
            zip.write(chunk, 0, count);
        }
        zip.closeEntry();
    }

    /** Writes the directory of all entries; the channel stays open. */
    void finish() throws IOException {
        zip.finish();
        zip.flush();
    }

    /** An extra field that begins at a place in the file and ends on a bound. */
    private static byte[] padding(long at) {
        int length = Math.floorMod(-(at + EXTRA_HEADER), ALIGNMENT);
        return ByteBuffer.allocate(EXTRA_HEADER + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(PADDING)
                .putShort((short) length)
                .array();
    }
}
