package io.tinyclip.inherit;

import com.google.gson.Gson;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What cuts made of a tower's width by choosing channels: for each channel that is left, the one before them and the product of
 * its soft masks. With it, token rows that are not in the vector are cut like those that are. The arrays are not to be
 * changed.
 *
 * <p>A cut that mixes channels, as calibration does, begins a new map: its channels are those that this cut has left, and what it
 * made of the teacher's is a {@link TableMap}.
 *
 * @param teacherWidth channels before all these cuts: the teacher's, or those that the newest mixing has left
 * @param channel of those the one that each channel that is left was, ascending
 * @param factor what each is multiplied by
 */
public record WidthMap(int teacherWidth, int[] channel, float[] factor) {
    public WidthMap {
        TowerKept.requireAscending("channel", channel);
        boolean below = channel.length == 0 || channel[channel.length - 1] < teacherWidth;
        if (!below || factor.length != channel.length) {
            throw new IllegalArgumentException(
                    "a width map needs channels below [" + teacherWidth + "] and a factor each");
        }
    }

    /** The map before any cut, or behind one that mixes channels. */
    public static WidthMap identity(int teacherWidth) {
        float[] ones = new float[teacherWidth];
        Arrays.fill(ones, 1);
        return new WidthMap(teacherWidth, Axis.range(teacherWidth), ones);
    }

    /**
     * This map, then another cut.
     *
     * @param kept channels that stay, as indices into this map's channels
     * @param soft soft width mask of each of this map's channels
     */
    public WidthMap compose(int[] kept, float[] soft) {
        if (soft.length != channel.length) {
            throw new IllegalArgumentException(
                    "[" + soft.length + "] soft masks for [" + channel.length + "] channels");
        }
        int[] channels = new int[kept.length];
        float[] factors = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
            channels[i] = channel[kept[i]];
            factors[i] = factor[kept[i]] * soft[kept[i]];
        }
        return new WidthMap(teacherWidth, channels, factors);
    }

    /** This map, then a student of the first {@code width} channels. */
    public WidthMap first(int width) {
        return chosen(Axis.range(width));
    }

    /** This map, then a student of channels that stay as they are, given as indices into this map's channels. */
    public WidthMap chosen(int[] kept) {
        float[] whole = new float[channel.length];
        Arrays.fill(whole, 1);
        return compose(kept, whole);
    }

    /**
     * The table as the student has it.
     *
     * @param table (rows, teacherWidth) row-major
     * @return (rows, channels that are left)
     */
    public float[] apply(float[] table, int rows) {
        if (table.length != (long) rows * teacherWidth) {
            throw new IllegalArgumentException(
                    "a table of [" + table.length + "] floats is not [" + rows + "] x [" + teacherWidth + "]");
        }
        float[] out = new float[Math.multiplyExact(rows, channel.length)];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < channel.length; i++) {
                out[row * channel.length + i] = table[row * teacherWidth + channel[i]] * factor[i];
            }
        }
        return out;
    }

    /** As JSON. */
    public String toJson() {
        return new Gson().toJson(this);
    }

    /** Back from {@link #toJson}, to the same bits. */
    public static WidthMap fromJson(String json) {
        try {
            WidthMap map = new Gson().fromJson(json, WidthMap.class);
            if (map != null) {
                return map;
            }
        } catch (RuntimeException e) { // Gson wraps what a record's constructor refuses in no type of its own
            throw new InvalidInputException(
                    "width map cannot be read: [" + e.getMessage() + "]; the file is damaged", e);
        }
        throw new InvalidInputException("width map is empty; the file is damaged");
    }

    /** SHA-256, in hex, over the bits, with one form of NaN: JSON would not do, as JDKs differ in how they write a float. */
    public String hash() {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + channel.length * (Integer.BYTES + Float.BYTES));
        bytes.putInt(teacherWidth);
        for (int i = 0; i < channel.length; i++) {
            bytes.putInt(channel[i]).putInt(Float.floatToIntBits(factor[i]));
        }
        return Sha256.hex(bytes.array());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WidthMap that
                && teacherWidth == that.teacherWidth
                && Arrays.equals(channel, that.channel)
                && Arrays.equals(factor, that.factor);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(channel) + Arrays.hashCode(factor);
    }
}
