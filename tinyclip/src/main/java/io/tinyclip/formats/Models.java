package io.tinyclip.formats;

import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.ModelVector;
import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.VisionTransformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a CLIP of any format, told by content alone:
 *
 * <ul>
 *   <li>our own model folder;
 *   <li>a folder of Hugging Face's CLIPModel: {@code config.json}, weights as safetensors or PyTorch file, in one or in
 *       shards, {@code preprocessor_config.json} if it is there;
 *   <li>a folder of OpenCLIP: {@code open_clip_config.json} and weights; positions are resized where the weights have
 *       another grid than the config;
 *   <li>a file of weights alone, safetensors or PyTorch: a state dict or training checkpoint with OpenCLIP's, OpenAI's,
 *       TinyCLIP's or Hugging Face's names, or a TorchScript archive.
 * </ul>
 *
 * <p>Weights in a variant, such as {@code model.fp16.safetensors}, are taken where there are no plain ones. Of a model's folder
 * in the cache of Hugging Face's hub the snapshot of its main branch is read. Of a folder that holds several the first of this order is taken. A file of weights that lies in such a folder is read
 * by its config. What a file of weights alone does not say is assumed: QuickGELU for OpenAI's archives and Hugging Face's
 * names, exact GeLU otherwise; a head for every 64 channels; CLIP's preprocessing. The model's provenance says under
 * {@code read} what was taken, what else was there, and what was assumed.
 *
 * <p>Texts are always cut up by our own tokenizer, CLIP's; so tokenizer files in a folder of Hugging Face's or OpenCLIP's
 * must be CLIP's too, see {@link TokenizerFiles}, or CLIP's with fewer tokens, see {@link CutTable}.
 */
public final class Models {
    private Models() {}

    /** Reads a model as its files say, see {@link #read(Path, ReadOptions)}. */
    public static Model read(Path path) {
        return read(path, ReadOptions.NONE);
    }

    /**
     * Reads a model. Weights go from the file to native memory, never over the heap.
     *
     * @param path a folder or a file
     * @param options what the user says about the model
     * @throws InvalidInputException in one line with file, tensor or key, what is expected and what is found, if it is no
     *     CLIP, damaged, or something in it is not supported
     */
    public static Model read(Path path, ReadOptions options) {
        Model model = withActivation(readAsIs(path, options), options.activation());
        options.headWidth().ifPresent(width -> requireHeadWidth(path, model.shape(), width));
        return options.imageSize().isPresent()
                ? withImageSize(model, options.imageSize().getAsInt())
                : model;
    }

    /**
     * The same model for pictures of another size: learned positions are resized by an antialiased bicubic filter, the
     * class token's stays, and the preprocessing's size follows.
     *
     * @param imageSize S, a multiple of the patch size
     * @throws InvalidInputException if it is no multiple, or the image tower is no transformer
     */
    public static Model withImageSize(Model model, int imageSize) {
        ModelShape shape = model.shape();
        ModelShape other = withImageSize(shape, imageSize);
        return other.equals(shape)
                ? model
                : Model.of(
                                other,
                                Positions.resized(shape, model.vector(), other),
                                model.preprocessing().withSize(imageSize),
                                model.provenance())
                        .withCut(model.cut());
    }

    /** The shape of {@link #withImageSize(Model, int)}. */
    public static ModelShape withImageSize(ModelShape shape, int imageSize) {
        if (shape.image().imageSize() == imageSize) {
            return shape;
        }
        if (!(shape.image() instanceof VisionTransformer image)) {
            throw new InvalidInputException("image size [" + imageSize + "] must be the model's own ["
                    + shape.image().imageSize() + "]: only vision transformers can take another");
        }
        if (imageSize < 1 || imageSize % image.patchSize() != 0 || imageSize > LibraryConfig.LARGEST) {
            throw new InvalidInputException(
                    "image size [" + imageSize + "] must be a multiple of the patch size [" + image.patchSize() + "]");
        }
        ModelShape other = Positions.withImageSize(shape, imageSize);
        ModelVector.layout(other, "image size " + imageSize);
        return other;
    }

    private static Model readAsIs(Path path, ReadOptions options) {
        if (!Files.isDirectory(path)) {
            Optional<KnownFolder> folder = KnownFolder.around(path);
            return folder.isPresent() ? read(List.of(folder.get())) : WeightsAlone.read(path, options);
        }
        return read(KnownFolder.in(HubCache.snapshot(path).orElse(path)));
    }

    private static Model read(List<KnownFolder> folders) {
        KnownFolder taken = folders.get(0);
        return switch (taken.format()) {
            case TINYCLIP -> ModelFolder.read(taken.config().resolveSibling(""));
            case HUGGING_FACE -> LibraryFolder.huggingFace(folders);
            case OPEN_CLIP -> LibraryFolder.openClip(folders);
        };
    }

    private static Model withActivation(Model model, Optional<Activation> activation) {
        ModelShape shape = model.shape();
        return activation
                .map(other -> new ModelShape(shape.embedding(), other, shape.image(), shape.text()))
                .map(other -> Model.of(other, model.vector(), model.preprocessing(), model.provenance())
                        .withCut(model.cut()))
                .orElse(model);
    }

    private static void requireHeadWidth(Path path, ModelShape shape, int width) {
        boolean image = shape.image() instanceof VisionTransformer tower && tower.headWidth() != width;
        if (image || shape.text().headWidth() != width) {
            throw new InvalidInputException("[" + path + "] has a config, which says another head width than [" + width
                    + "]; say none, or correct the config");
        }
    }
}
