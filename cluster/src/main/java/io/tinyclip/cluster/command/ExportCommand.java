package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.formats.CutTable;
import io.tinyclip.formats.HuggingFaceExport;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.formats.OpenClipExport;
import io.tinyclip.formats.Padding;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.formats.onnx.OnnxExport;
import io.tinyclip.formats.onnx.OnnxWeights;
import io.tinyclip.formats.onnx.RoundedWeights;
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
            "Writes a model for other software, in one of these formats.",
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
        HF,
        OPENCLIP,
        ONNX,
        TORCHSCRIPT
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
            paramLabel = "fp32|fp16|int8",
            description = {
                "Numbers of the weights: fp32; fp16 for half the size, in hf, openclip and onnx; int8 for a quarter, in onnx.",
                "What that costs is told as the least cosine of some embeddings to the model's own."
            })
    private OnnxWeights weights = OnnxWeights.FP32;

    @Option(
            names = "--layers",
            paramLabel = "padded|uneven",
            description =
                    "Layers that differ in hf: padded with zeros for CLIPModel; or uneven, as they are, with a modeling_tinyclip.py"
                            + " beside them for AutoModel.from_pretrained(DIR, trust_remote_code=True).")
    private Layers layers = Layers.PADDED;

    @Option(
            names = "--check",
            description = "Read hf, openclip or torchscript back, and tell the least cosine as well.")
    private boolean check;

    @Option(
            names = TokenTexts.OPTION,
            paramLabel = "FILE.txt|DATA",
            description = {
                "Cuts the token table to the rows that these texts use, a text a line or pairs as data.train takes them, with the",
                "tokenizer's files to match. Other texts can still be embedded: they are cut up into shorter tokens."
            })
    private Optional<String> tokensOf = Optional.empty();

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

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
        requireWritten();
        Path folder = cache.open(false, tools.err());
        Model original = model.read();
        Optional<TokenTexts> texts = tokensOf.map(place -> texts(place, folder, original));
        Model read = texts.map(of -> CutTable.of(original, of.tokens())).orElse(original);
        StoredFloat stored = weights == OnnxWeights.FP16 ? StoredFloat.F16 : StoredFloat.F32;
        switch (format) {
            case HF -> HuggingFaceExport.write(read, output, stored, layers, Optional.of(card(read)::text));
            case OPENCLIP -> OpenClipExport.write(read, output, stored);
            case ONNX -> OnnxExport.write(read, output, weights);
            case TORCHSCRIPT -> TorchScriptExport.write(read, output);
        }
        long bytes = 0;
        for (Path file : files()) {
            tools.out().println(file + " " + Files.size(file));
            bytes += Files.size(file);
        }
        texts.ifPresent(of -> tools.out()
                .println("token table cut to [" + read.shape().text().vocabulary() + "] of ["
                        + original.shape().text().vocabulary() + "] rows; before "
                        + ModelSize.of(original).parameters()));
        tools.out().println(ModelSize.of(read).line(bytes));
        if (format == Format.HF || format == Format.OPENCLIP) {
            tools.out().println(parameters(read));
        }
        if (check || weights != OnnxWeights.FP32) {
            tools.out()
                    .println(fidelity(
                            original, read, texts.map(TokenTexts::first).orElse(Fidelity.TEXTS)));
        }
        return ExitCode.DONE;
    }

    private String parameters(Model read) {
        FormatFit fit = FormatFit.of(Padding.of(read.shape()));
        String written = layers == Layers.UNEVEN ? fit.unpadded() : fit.words();
        return String.format(Locale.ROOT, "parameters %.2f M in all, written: %s", fit.own() / MILLION, written);
    }

    private void requireWritten() {
        if (layers == Layers.UNEVEN && format != Format.HF) {
            throw new InvalidInputException(
                    "--layers uneven is for hf; openclip has no such layers, onnx and torchscript"
                            + " always hold them as they are: leave it out");
        }
        if (weights == OnnxWeights.INT8 && format != Format.ONNX) {
            throw new InvalidInputException("--weights int8 is for onnx; give --format onnx, or --weights fp16");
        }
        if (weights == OnnxWeights.FP16 && format == Format.TORCHSCRIPT) {
            throw new InvalidInputException(
                    "--weights fp16 is for hf, openclip and onnx; of torchscript, half() makes it when it is loaded");
        }
        if (tokensOf.isPresent() && check && format == Format.TORCHSCRIPT) {
            throw new InvalidInputException(
                    "--check with --tokens-of is for hf and openclip: torchscript is read back without its"
                            + " tokenizer; leave one out");
        }
        if (check && format == Format.ONNX) {
            throw new InvalidInputException(
                    "--check is for hf, openclip and torchscript; what is written as onnx is not read"
                            + " back here: scripts/reference/check-exports asks ONNX Runtime");
        }
    }

    private String fidelity(Model original, Model read, List<String> texts) {
        Engine engine = tools.engine().get();
        if (format != Format.ONNX) {
            Path written = format == Format.TORCHSCRIPT ? output.resolve(TorchScriptExport.FILE) : output;
            return Fidelity.of(original, Teachers.readUnsaid(written.toString(), ReadOptions.NONE), engine, texts)
                    .line();
        }
        String line = Fidelity.of(original, RoundedWeights.of(read, weights), engine, texts)
                .line();
        return weights == OnnxWeights.INT8
                ? line + ", by the rounded weights alone: runtimes round what they compute with, too"
                : line;
    }

    private TokenTexts texts(String place, Path folder, Model original) {
        try (Progress progress = tools.progress().get()) {
            Sources sources = new Sources(folder, Integer.MAX_VALUE, progress);
            int length = original.shape().text().contextLength();
            return TokenTexts.read(place, sources, reading.reading(), length, Fidelity.PICTURES);
        }
    }

    private ModelCard card(Model read) {
        Optional<RunRecord> run =
                Location.isRemote(model.name()) ? Optional.empty() : RunFolder.recordOf(Location.path(model.name()));
        return new ModelCard(read, run, license, layers);
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
