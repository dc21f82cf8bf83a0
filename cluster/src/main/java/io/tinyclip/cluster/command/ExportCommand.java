package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.formats.HuggingFaceExport;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.formats.OpenClipExport;
import io.tinyclip.formats.Padding;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.formats.onnx.OnnxExport;
import io.tinyclip.formats.torchscript.TorchScriptExport;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code export}: a model in a form that other software runs. */
@Command(
        name = "export",
        description = {
            "Writes a model for other software:",
            "  hf           a folder for transformers' CLIPModel.from_pretrained, tokenizer and preprocessor included",
            "  openclip     a folder for open_clip's local-dir:, as it loads from the Hugging Face hub",
            "  onnx         image_encoder.onnx and text_encoder.onnx, dynamic batch, opset 17, unit-length embeddings",
            "  torchscript  model.torchscript.pt for torch.jit.load: encode_image and encode_text, unit-length",
            "What a format cannot express is refused by name; heads and neurons are padded with zeros where that is exact,",
            "or written as they are with --layers uneven."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    /** What can be written. */
    enum Format {
        HF(true),
        OPENCLIP(true),
        ONNX(false),
        TORCHSCRIPT(false);

        private final boolean isReadBack;

        /** @param isReadBack whether this program reads what it writes */
        Format(boolean isReadBack) {
            this.isReadBack = isReadBack;
        }
    }

    /** Numbers of the weights. */
    enum Weights {
        FP32(StoredFloat.F32),
        FP16(StoredFloat.F16);

        private final StoredFloat stored;

        Weights(StoredFloat stored) {
            this.stored = stored;
        }
    }

    private static final double MILLION = 1e6;

    private final Tools tools;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "hf|openclip|onnx|torchscript",
            description = "What to write.")
    private Format format = Format.HF;

    @Option(
            names = "--weights",
            paramLabel = "fp32|fp16",
            description = "Numbers of the weights in hf and openclip: fp32, or fp16 for half the size.")
    private Weights weights = Weights.FP32;

    @Option(
            names = "--layers",
            paramLabel = "padded|uneven",
            description =
                    "Layers that differ in hf: padded with zeros for CLIPModel; or uneven, as they are, with a modeling_tinyclip.py"
                            + " beside them for AutoModel.from_pretrained(DIR, trust_remote_code=True).")
    private Layers layers = Layers.PADDED;

    @Option(
            names = "--check",
            description =
                    "Read hf or openclip back, and tell the least cosine of its embeddings to the model's; fp16 always does.")
    private boolean check;

    @Mixin
    private final CacheOption cache = new CacheOption();

    @Option(
            names = "--license",
            paramLabel = "ID",
            description = "The model's licence in hf's model card, such as apache-2.0; what teacher and data allow.")
    private Optional<String> license = Optional.empty();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The folder to write; new or empty, so that nothing of another model stays in it.")
    private Path output = Path.of("");

    ExportCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() throws IOException {
        requireEmpty();
        AtomicFile.requireWritable(Files.exists(output) ? output.resolve("model") : output, "--out");
        if (!format.isReadBack && (check || weights != Weights.FP32)) {
            throw new InvalidInputException(
                    "--weights fp16 and --check are for hf and openclip; onnx and torchscript are written"
                            + " in fp32 and not read back: leave them out");
        }
        if (layers == Layers.UNEVEN && format != Format.HF) {
            throw new InvalidInputException(
                    "--layers uneven is for hf; openclip has no such layers, onnx and torchscript"
                            + " always hold them as they are: leave it out");
        }
        cache.open(false, tools.err());
        Model read = model.read();
        switch (format) {
            case HF -> HuggingFaceExport.write(read, output, weights.stored, layers, Optional.of(card(read)));
            case OPENCLIP -> OpenClipExport.write(read, output, weights.stored);
            case ONNX -> OnnxExport.write(read, output);
            case TORCHSCRIPT -> TorchScriptExport.write(read, output);
        }
        for (Path file : files()) {
            tools.out().println(file + " " + Files.size(file));
        }
        if (format.isReadBack) {
            tools.out().println(parameters(read));
        }
        if (check || weights != Weights.FP32) {
            Model written = Teachers.readUnsaid(output.toString(), ReadOptions.NONE);
            tools.out().println(Fidelity.of(read, written, tools.engine().get()).line());
        }
        return ExitCode.DONE;
    }

    private String parameters(Model read) {
        FormatFit fit = FormatFit.of(Padding.of(read.shape()));
        String written = layers == Layers.UNEVEN ? "as it is, without padding" : fit.words();
        return String.format(Locale.ROOT, "parameters %.2f M in all, written: %s", fit.own() / MILLION, written);
    }

    private String card(Model read) {
        Optional<RunRecord> run =
                Location.isRemote(model.name()) ? Optional.empty() : RunFolder.recordOf(Path.of(model.name()));
        return new ModelCard(read, run, license, layers).text();
    }

    private void requireEmpty() throws IOException {
        if (Files.exists(output) && !(Files.isDirectory(output) && files().isEmpty())) {
            throw new InvalidInputException(
                    "--out [" + output + "] must be a new or an empty folder; name another or empty it");
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.sorted().toList();
        }
    }
}
