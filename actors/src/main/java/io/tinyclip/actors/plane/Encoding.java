package io.tinyclip.actors.plane;

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

    /** Bytes of one float on the wire. */
    public int bytes() {
        return bytes;
    }
}
