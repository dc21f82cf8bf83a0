package io.tinyclip.data.icons;

import io.tinyclip.random.Counter;

/**
 * Where an icon lies in its picture.
 *
 * @param scale size relative to a drawing that fills the picture
 * @param right shift to the right, as a part of the picture's side
 * @param down shift downwards, likewise
 */
record Placement(float scale, float right, float down) {
    static final Placement CENTERED = new Placement(1, 0, 0);

    /** Two pixels of 32: icons stay inside the picture but for the tips of the largest. */
    private static final double SHIFT = 2 / 32.0;

    private static final double SCALE = 0.1;

    /** Never mirrored: an arrow to the left is called so. */
    static Placement jittered(long key, int at) {
        return new Placement((float) (1 + SCALE * symmetric(key, at)), (float) (SHIFT * symmetric(key, at + 1)), (float)
                (SHIFT * symmetric(key, at + 2)));
    }

    private static double symmetric(long key, int at) {
        return 2 * Counter.uniform(key, at) - 1;
    }

    /**
     * A coverage map as the picture shows it: each pixel is the mean of the area of the map that it sees, and of at
     * least one whole pixel of the map, which makes enlarging linear interpolation.
     *
     * @param map (size, size), bytes read as 0..255
     * @return (imageSize, imageSize), 0..255
     */
    float[] resample(byte[] map, int size, int imageSize) {
        Taps across = Taps.of(size, imageSize, scale, right);
        Taps downwards = Taps.of(size, imageSize, scale, down);
        float[] rows = new float[size * imageSize];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < imageSize; x++) {
                float sum = 0;
                for (int t = 0, from = y * size + across.first[x], w = x * across.count; t < across.count; t++) {
                    sum += across.weights[w + t] * (map[from + t] & 0xFF);
                }
                rows[y * imageSize + x] = sum;
            }
        }
        float[] out = new float[imageSize * imageSize];
        for (int y = 0; y < imageSize; y++) {
            for (int t = 0; t < downwards.count; t++) {
                float weight = downwards.weights[y * downwards.count + t];
                int row = (downwards.first[y] + t) * imageSize;
                for (int x = 0; x < imageSize; x++) {
                    out[y * imageSize + x] += weight * rows[row + x];
                }
            }
        }
        return out;
    }

    /** Along one axis: pixel i of the picture is the sum of weights[i * count + t] * map[first[i] + t]. */
    private record Taps(int[] first, float[] weights, int count) {
        static Taps of(int size, int imageSize, float scale, float shift) {
            float step = size / (imageSize * scale);
            float width = Math.max(1, step);
            int count = Math.min(size, (int) Math.ceil(width) + 1);
            int[] first = new int[imageSize];
            float[] weights = new float[imageSize * count];
            for (int i = 0; i < imageSize; i++) {
                float middle = (i + 0.5f - imageSize * (0.5f + shift)) * step + size * 0.5f;
                float from = middle - width / 2;
                float to = middle + width / 2;
                first[i] = Math.max(0, Math.min(size - count, (int) Math.floor(from)));
                for (int t = 0; t < count; t++) {
                    int pixel = first[i] + t;
                    float seen = Math.min(to, pixel + 1) - Math.max(from, pixel);
                    weights[i * count + t] = Math.max(0, seen) / width;
                }
            }
            return new Taps(first, weights, count);
        }
    }
}
