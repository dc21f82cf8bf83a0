package io.tinyclip.files.tensors;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/** The element types of tensors in files, under the names of safetensors. The first four can be read as floats. */
public enum DataType {
    F32(4),
    F16(2),
    BF16(2),
    F64(8),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U64(8),
    U32(4),
    U16(2),
    U8(1),
    BOOL(1),
    F8_E5M2(1),
    F8_E4M3(1);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of an element. */
    public int bytes() {
        return bytes;
    }

    /** Whether the values can be read as floats. */
    public boolean isFloat() {
        return this == F32 || this == F16 || this == BF16 || this == F64;
    }

    /** The type of that name. */
    public static Optional<DataType> of(String name) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The element that begins at a byte, as a float; only of a type that {@link #isFloat}. */
    float decode(ByteBuffer bytes, int at) {
        return switch (this) {
            case F32 -> bytes.getFloat(at);
            case F16 -> Float16.toFloat(bytes.getShort(at));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE);
            case F64 -> (float) bytes.getDouble(at);
            default -> throw new IllegalStateException(this + " is no type of floats");
        };
    }

    /** All elements that remain in the bytes. */
    void decode(ByteBuffer bytes, FloatBuffer target) {
        if (this == F32) {
            target.put(bytes.asFloatBuffer());
            return;
        }
        for (int at = bytes.position(); at < bytes.limit(); at += this.bytes) {
            target.put(decode(bytes, at));
        }
    }
}
