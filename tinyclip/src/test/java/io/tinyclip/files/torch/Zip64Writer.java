package io.tinyclip.files.torch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes zips entry by entry, all of them with fields of 64 bits, and lets a test lie in any field. */
final class Zip64Writer {
    private static final int IN_EXTRA = -1;
    private static final short STORED = 0;

    /** What the directory says about an entry. */
    record Claim(String name, short method, long size, long header) {
        Claim method(int other) {
            return new Claim(name, (short) other, size, header);
        }

        Claim size(long other) {
            return new Claim(name, method, other, header);
        }

        Claim header(long other) {
            return new Claim(name, method, size, other);
        }
    }

    private final RandomAccessFile file;
    private final List<Claim> claims = new ArrayList<>();

    Zip64Writer(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Leaves a hole, which costs nothing on the disk. */
    Zip64Writer skipTo(long position) throws IOException {
        file.seek(position);
        return this;
    }

    Zip64Writer add(String name, byte[] content) throws IOException {
        byte[] letters = name.getBytes(StandardCharsets.UTF_8);
        claims.add(new Claim(name, STORED, content.length, file.getFilePointer()));
        ByteBuffer header = buffer(30);
        header.putInt(0, 0x04034b50).putShort(26, (short) letters.length);
        file.write(header.array());
        file.write(letters);
        file.write(content);
        return this;
    }

    /** What the directory will say about the last entry. */
    Claim last() {
        return claims.get(claims.size() - 1);
    }

    Zip64Writer claim(Claim other) {
        claims.set(claims.size() - 1, other);
        return this;
    }

    Zip64Writer claimAgain() {
        claims.add(last());
        return this;
    }

    void close() throws IOException {
        close(0, 0);
    }

    /** Ends the file with a directory that is said to begin and to be longer than it does and is. */
    void close(long moved, long longer) throws IOException {
        long begin = file.getFilePointer();
        for (Claim claim : claims) {
            write(claim);
        }
        long end = file.getFilePointer();
        ByteBuffer tail = buffer(56 + 20 + 22);
        tail.putInt(0, 0x06064b50).putLong(40, end - begin + longer).putLong(48, begin + moved);
        tail.putInt(56, 0x07064b50).putLong(56 + 8, end);
        tail.putInt(76, 0x06054b50).putInt(76 + 12, IN_EXTRA).putInt(76 + 16, IN_EXTRA);
        file.write(tail.array());
        file.close();
    }

    private void write(Claim claim) throws IOException {
        byte[] letters = claim.name().getBytes(StandardCharsets.UTF_8);
        ByteBuffer fixed = buffer(46);
        fixed.putInt(0, 0x02014b50).putShort(10, claim.method());
        fixed.putInt(20, IN_EXTRA).putInt(24, IN_EXTRA).putInt(42, IN_EXTRA);
        fixed.putShort(28, (short) letters.length).putShort(30, (short) 28);
        ByteBuffer extra = buffer(28).putShort((short) 1).putShort((short) 24);
        extra.putLong(claim.size()).putLong(claim.size()).putLong(claim.header());
        file.write(fixed.array());
        file.write(letters);
        file.write(extra.array());
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
