package io.tinyclip.files;

import java.util.Optional;

/** The element types that a safetensors file can name. The first three can be read as floats. */
enum DataType {
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

    int bytes() {
        return bytes;
    }

    boolean readable() {
        return this == F32 || this == F16 || this == BF16;
    }

    static Optional<DataType> of(String name) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
