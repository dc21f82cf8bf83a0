package io.tinyclip.taught;

import io.tinyclip.files.tensors.Float16;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How a view is written: state 4 (0 nothing yet, 1 embeddings, 2 a bad picture), CRC-32C 4 of its number in the file, state and
 * halves, then the halves of image and text, 2 each. Big-endian. An entry is believed for itself, so that a file may be filled in
 * any order, by several processes at once, and by one that is cut off.
 */
final class TaughtEntry {
    private static final int HEAD = 2 * Integer.BYTES;
    private static final int NOTHING = 0;
    private static final int TAUGHT = 1;
    private static final int BAD = 2;

    private TaughtEntry() {}

    static int bytes(int embedding) {
        return HEAD + 2 * embedding * Short.BYTES;
    }

    /**
     * Appends an entry.
     *
     * @param number of the entry in its file
     */
    static void put(int number, TaughtView view, int embedding, ByteBuffer out) {
        int from = out.position();
        out.putInt(view.isBad() ? BAD : TAUGHT).putInt(0);
        if (view.isBad()) {
            out.put(new byte[bytes(embedding) - HEAD]);
        } else {
            put(view.image(), embedding, out);
            put(view.text(), embedding, out);
        }
        out.putInt(from + Integer.BYTES, checksum(number, out, from, bytes(embedding)));
    }

    private static void put(float[] values, int embedding, ByteBuffer out) {
        if (values.length != embedding) {
            throw new IllegalArgumentException(
                    "an embedding of [" + values.length + "] numbers where there are [" + embedding + "]");
        }
        for (float value : values) {
            out.putShort(Float16.fromFloat(value));
        }
    }

    /**
     * Takes an entry off.
     *
     * @return empty where nothing was written yet
     * @throws DamagedStoreException if it is not as it was written
     */
    static Optional<TaughtView> get(int number, int embedding, ByteBuffer in) throws DamagedStoreException {
        int from = in.position();
        int state = in.getInt();
        int checksum = in.getInt();
        in.position(from + bytes(embedding));
        if (state == NOTHING && checksum == 0) {
            return Optional.empty();
        }
        if (state != TAUGHT && state != BAD || checksum != checksum(number, in, from, bytes(embedding))) {
            throw new DamagedStoreException("is damaged at view [" + number + "]");
        }
        if (state == BAD) {
            return Optional.of(TaughtView.BAD);
        }
        float[] image = floats(in, from + HEAD, embedding);
        float[] text = floats(in, from + HEAD + embedding * Short.BYTES, embedding);
        return Optional.of(new TaughtView(image, text));
    }

    private static float[] floats(ByteBuffer in, int from, int embedding) {
        float[] floats = new float[embedding];
        for (int i = 0; i < embedding; i++) {
            floats[i] = Float16.toFloat(in.getShort(from + i * Short.BYTES));
        }
        return floats;
    }

    private static int checksum(int number, ByteBuffer entry, int from, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
        crc.update(entry.array(), entry.arrayOffset() + from, Integer.BYTES);
        crc.update(entry.array(), entry.arrayOffset() + from + HEAD, bytes - HEAD);
        return (int) crc.getValue();
    }
}
