package io.tinyclip.formats;

import io.tinyclip.files.LfsPointer;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.ShardedSafetensors;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.files.torch.TorchFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files of tensors, whose format is told by their first bytes. */
final class TensorFiles {
    /** A safetensors file starts with the length of a header that is one JSON object. */
    private static final int SAFETENSORS_BRACE = 8;

    private TensorFiles() {}

    /**
     * Opens a safetensors file, a PyTorch file, or all files that an index of either names.
     *
     * @throws InvalidInputException if it is none of them or damaged
     */
    static TensorFile open(Path file) {
        byte[] head = head(file);
        if (head.length > 0 && head[0] == '{' && !beginsAsSafetensors(head)) {
            return ShardedSafetensors.open(file, TensorFiles::openOne);
        }
        return openOne(file);
    }

    private static TensorFile openOne(Path file) {
        byte[] head = head(file);
        if (hasBrace(head)) {
            return Safetensors.open(file);
        }
        if (TorchFile.looksLike(file)) {
            return TorchFile.open(file);
        }
        LfsPointer.refuse(file);
        throw new InvalidInputException(
                "[" + file + "] holds no tensors: expected a safetensors or PyTorch file, by its"
                        + " first bytes; name a model's folder or its file of weights");
    }

    /** A length may begin like JSON too, but its last byte is zero, which no JSON holds. */
    private static boolean beginsAsSafetensors(byte[] head) {
        return hasBrace(head) && head[SAFETENSORS_BRACE - 1] == 0;
    }

    private static boolean hasBrace(byte[] head) {
        return head.length > SAFETENSORS_BRACE && head[SAFETENSORS_BRACE] == '{';
    }

    private static byte[] head(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SAFETENSORS_BRACE + 1);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
        }
    }
}
