package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.torch.Contents.Extent;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The central directory of a zip file, also beyond 4 GiB, by PKWARE's application note (APPNOTE.TXT 6.3). Only what
 * PyTorch writes is read: one disk, no encryption, and entries stored as they are, so that an entry is a part of the
 * file and nothing has to be inflated.
 */
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_BYTES = 56;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int LARGEST = 1 << 26;

    private final FileChannel channel;
    private final String where;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
    private final long begin;

    private ZipDirectory(FileChannel channel, String where) throws IOException {
        this.channel = channel;
        this.where = where;
        long end = endRecord();
        ByteBuffer record = bytes(end, END_BYTES);
        long size = Integer.toUnsignedLong(record.getInt(12));
        long first = Integer.toUnsignedLong(record.getInt(16));
        if (end >= LOCATOR_64_BYTES) {
            ByteBuffer locator = bytes(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
            if (locator.getInt(0) == LOCATOR_64) {
                end = locator.getLong(8);
                ByteBuffer record64 = bytes(end, END_64_BYTES);
                if (record64.getInt(0) != END_64) {
                    throw damaged("the end record of 64 bits is not at byte " + end);
                }
                size = record64.getLong(40);
                first = record64.getLong(48);
            }
        }
        if (first < 0 || size < 0 || size > LARGEST || first > end - size) {
            throw damaged("the directory of " + size + " bytes at byte " + first + " must end by byte " + end
                    + " and have at most " + LARGEST + " bytes");
        }
        begin = first;
        read(bytes(first, (int) size));
    }

    /** Reads the directory of an open file; {@code where} is for complaints. */
    static ZipDirectory read(FileChannel channel, String where) throws IOException {
        return new ZipDirectory(channel, where);
    }

    /** Whether a file begins as a zip does. */
    static boolean begins(ByteBuffer head) {
        return head.remaining() >= Integer.BYTES
                && head.order(ByteOrder.LITTLE_ENDIAN).getInt(head.position()) == LOCAL;
    }

    /** The entries by name, in the directory's order. */
    Map<String, ZipEntry> entries() {
        return entries;
    }

    /** Where an entry's bytes lie. Its local header says how far they are behind it, and is believed in nothing else. */
    Extent extent(ZipEntry entry) throws IOException {
        if (!entry.stored()) {
            throw new InvalidInputException(
                    "[" + where + " entry " + entry.name() + "]: is compressed or encrypted, and"
                            + " PyTorch stores entries as they are; load the file in PyTorch and save it again");
        }
        ByteBuffer header = bytes(entry.header(), LOCAL_BYTES);
        if (header.getInt(0) != LOCAL) {
            throw damaged("entry [" + entry.name() + "] has no header at byte " + entry.header());
        }
        long position = entry.header()
                + LOCAL_BYTES
                + Short.toUnsignedInt(header.getShort(26))
                + Short.toUnsignedInt(header.getShort(28));
        if (position > begin || entry.bytes() > begin - position) {
            throw damaged("entry [" + entry.name() + "] of " + entry.bytes() + " bytes at byte " + position
                    + " must end before the directory at byte " + begin);
        }
        return new Extent(position, entry.bytes());
    }

    private long endRecord() throws IOException {
        long size = channel.size();
        long first = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
        ByteBuffer tail = bytes(first, (int) (size - first));
        for (int at = tail.capacity() - END_BYTES; at >= 0; at--) {
            int comment = tail.capacity() - END_BYTES - at;
            if (tail.getInt(at) == END && Short.toUnsignedInt(tail.getShort(at + 20)) == comment) {
                return first + at;
            }
        }
        throw damaged("the end record of a zip file is missing");
    }

    private void read(ByteBuffer directory) {
        while (directory.hasRemaining()) {
            ZipEntry entry = ZipEntry.next(directory).orElseThrow(() -> damaged("an entry of the directory is broken"));
            if (entries.put(entry.name(), entry) != null) {
                throw damaged("entry [" + entry.name() + "] is there twice");
            }
        }
    }

    private ByteBuffer bytes(long position, int count) throws IOException {
        if (position < 0 || position > channel.size() - count) {
            throw damaged("expected " + count + " bytes at byte " + position + " of " + channel.size());
        }
        return StoredValues.bytes(channel, position, count).order(ByteOrder.LITTLE_ENDIAN);
    }

    private InvalidInputException damaged(String what) {
        return new InvalidInputException(
                "[" + where + "]: " + what + ": the file is damaged or cut short, get it again");
    }
}
