package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.formats.HuggingFaceExport;
import io.tinyclip.formats.OpenClipExport;
import io.tinyclip.formats.onnx.OnnxExport;
import io.tinyclip.formats.torchscript.TorchScriptExport;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            "What a format cannot express is refused by name; heads and neurons are padded with zeros where that is exact."
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
        Model read = model.read();
        switch (format) {
            case HF -> HuggingFaceExport.write(read, output);
            case OPENCLIP -> OpenClipExport.write(read, output);
            case ONNX -> OnnxExport.write(read, output);
            case TORCHSCRIPT -> TorchScriptExport.write(read, output);
        }
        for (Path file : files()) {
            tools.out().println(file + " " + Files.size(file));
        }
        return ExitCode.DONE;
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
