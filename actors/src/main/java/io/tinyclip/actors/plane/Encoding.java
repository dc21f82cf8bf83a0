package io.tinyclip.actors.plane;

import io.tinyclip.rounding.Rounding;

/**
 * How published floats travel. The publisher has rounded them to what the encoding holds, so that whoever fetches them has
 * the publisher's own bits.
 */
public enum Encoding {
    FP32(4),
    BF16(2),
    FP16(2);

    private final int bytes;

    Encoding(int bytes) {
        this.bytes = bytes;
    }

    /** The encoding of values that were rounded so. */
    public static Encoding of(Rounding rounding) {
        return switch (rounding) {
            case FP32 -> FP32;
            case BF16 -> BF16;
            case FP16 -> FP16;
        };
    }

    /** Bytes of one float on the wire. */
    public int bytes() {
        return bytes;
    }
}
