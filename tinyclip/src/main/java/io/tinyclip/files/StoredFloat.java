package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;

/** How floats are stored in a file that we write. */
public enum StoredFloat {
    /** IEEE 754 binary32: what is read back has the same bits. */
    F32(DataType.F32),
    /** IEEE 754 binary16, rounded to nearest even: half the size. */
    F16(DataType.F16);

    private final DataType type;

    StoredFloat(DataType type) {
        this.type = type;
    }

    DataType type() {
        return type;
    }
}
