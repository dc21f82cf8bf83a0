package io.tinyclip.formats.torchscript;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.formats.NewFolder;
import io.tinyclip.formats.TokenizerExport;
import io.tinyclip.model.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes a model as one TorchScript archive, which {@code torch.jit.load} opens without our code, in Python, C++ or Java.
 *
 * <p>Its methods, N inputs at a time:
 *
 * <pre>
 * encode_image(pixels (N, 3, S, S))             -&gt; (N, E) of unit length
 * encode_text(tokens (N, L) int64 or int32)     -&gt; (N, E) of unit length; L at most the context length
 * forward(pixels, tokens)                       -&gt; logits (images, texts) and (texts, images)
 * </pre>
 *
 * <p>Unlike OpenAI's, embeddings are normalised already; logits are the same: cosines times {@code exp(logit_scale)}.
 * Pixels are normalised by the attributes {@code image_mean} and {@code image_std}; a text is pooled at its highest token,
 * which is the end token. Further attributes: {@code input_resolution}, {@code context_length}, {@code vocab_size},
 * {@code embed_dim}; and how pictures become squares, see {@link io.tinyclip.image.Preprocessing}: {@code resize},
 * {@code resize_mode}, {@code interpolation}. Parameters have OpenCLIP's names and ask for no gradient; the module follows {@code to()},
 * {@code half()} and the like. Reading the archive back needs no more than the file.
 */
public final class TorchScriptExport {
    /** The file's usual name. */
    public static final String FILE = "model.torchscript.pt";

    /** The folder that all entries lie in; readers take any. */
    private static final String FOLDER = "model/";

    /** The first version whose {@code gelu} is today's: PyTorch 1.12. */
    private static final String VERSION = "10\n";

    /** An empty tuple, pickled. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private TorchScriptExport() {}

    /**
     * Writes a folder with the archive and the tokenizer's files of Hugging Face, which appears whole or not at all.
     *
     * @param folder is not there, or empty
     * @throws io.tinyclip.model.InvalidInputException if the folder is not empty
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Model model, Path folder) {
        NewFolder.write(folder, target -> {
            writeFile(model, target.resolve(FILE));
            TokenizerExport.write(model, target);
        });
    }

    /**
     * Writes the archive; the file appears whole or not at all, and is the same for the same model.
     *
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void writeFile(Model model, Path file) {
        ScriptModule root = ClipModules.of(model);
        ModulePickle pickle = new ModulePickle(root);
        AtomicFile.write(file, channel -> {
            AlignedZip zip = new AlignedZip(channel);
            zip.add(FOLDER + "version", ascii(VERSION));
            zip.add(FOLDER + "byteorder", ascii(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? "big" : "little"));
            zip.add(FOLDER + "constants.pkl", ByteBuffer.wrap(NO_CONSTANTS));
            zip.add(FOLDER + "data.pkl", ByteBuffer.wrap(pickle.bytes()));
            zip.add(
                    FOLDER + "code/__torch__.py",
                    ascii(ModuleSource.of(root, model.shape().image())));
            for (int i = 0; i < pickle.storages().size(); i++) {
                zip.add(FOLDER + "data/" + i, values(model, pickle.storages().get(i)));
            }
            zip.finish();
        });
    }

    private static ByteBuffer values(Model model, Segment segment) {
        return model.vector().bytes().slice(segment.offset() * Float.BYTES, segment.count() * Float.BYTES);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
