package io.tinyclip.files.torch;

import java.nio.ByteOrder;
import java.util.Map;

/**
 * What a file holds, before its tensors have names.
 *
 * @param root what the pickle built
 * @param order of the bytes of the storages
 * @param storages where the storages lie in the file, by key
 * @param modules whether the objects in it are modules of TorchScript
 */
record Contents(Value root, ByteOrder order, Map<String, Extent> storages, boolean modules) {
    /** A pickle of more bytes is none of a checkpoint: it holds names and shapes, the values lie outside. */
    static final int LONGEST_PICKLE = 1 << 26;

    /** A part of the file, inside it. */
    record Extent(long position, long bytes) {}
}
