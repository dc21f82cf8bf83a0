package io.tinyclip.cluster.command;

import io.tinyclip.cluster.run.Teachers;
import io.tinyclip.files.Model;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.Activation;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model that a command is about, and what the user says about it. */
final class ModelOptions {
    @Parameters(
            paramLabel = "MODEL",
            description = {
                "A folder or file of ours, of Hugging Face, OpenCLIP, OpenAI or TinyCLIP, recognised by its content;",
                "or builtin."
            })
    private String name = "";

    @Option(
            names = "--activation",
            paramLabel = "gelu|quick_gelu",
            description = "Of both towers, whatever the model's files say.")
    private Optional<Activation> activation = Optional.empty();

    @Option(
            names = "--head-width",
            paramLabel = "CHANNELS",
            description = "Of an attention head, for weights without a config; 64 if it is not given.")
    private OptionalInt headWidth = OptionalInt.empty();

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Changes the input's size; learned positions are resized.")
    private OptionalInt imageSize = OptionalInt.empty();

    /** What the user calls the model. */
    String name() {
        return name;
    }

    /** Reads it. */
    Model read() {
        return Teachers.read(name, new ReadOptions(activation, headWidth, imageSize));
    }
}
