package io.tinyclip.data;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes plain ustar members with short names. */
public final class TarWriter implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int SIZE = 124;
    private static final int SUM = 148;
    private static final int TYPE = 156;
    private static final int SPARSE_GOES_ON = 482;

    private final OutputStream out;

    public TarWriter(Path path) {
        try {
            this.out = Files.newOutputStream(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public TarWriter add(String name, String text) {
        return add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    public TarWriter add(String name, byte[] bytes) {
        return add(name, bytes, '0');
    }

    /** @param type of the member, by POSIX or GNU */
    public TarWriter add(String name, byte[] bytes, char type) {
        return write(name, bytes, type, new byte[0]);
    }

    /** @param map whole blocks that go on GNU's map of a sparse file */
    public TarWriter addSparse(String name, byte[] map, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8), 'S', map);
    }

    private TarWriter write(String name, byte[] bytes, char type, byte[] map) {
        byte[] header = new byte[BLOCK];
        if (map.length > 0) {
            header[SPARSE_GOES_ON] = 1;
        }
        put(header, 0, name);
        put(header, SIZE, "%011o".formatted(bytes.length));
        put(header, SUM, " ".repeat(8));
        header[TYPE] = (byte) type;
        put(header, TYPE + 101, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, SUM, "%06o\0".formatted(sum));
        write(header);
        write(map);
        write(Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK));
        return this;
    }

    @Override
    public void close() {
        write(new byte[2 * BLOCK]);
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
