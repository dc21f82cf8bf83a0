package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.files.Model;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.Activation;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The model that a command is about, and what the user says about it. */
final class ModelOptions {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = {
                "A folder or file of ours, of Hugging Face, OpenCLIP, OpenAI or TinyCLIP, recognised by its content;",
                "or builtin."
            })
    private String name = "";

    @Option(
            names = "--activation",
            paramLabel = "gelu|quick_gelu",
            converter = ActivationWord.class,
            description = "Of both towers, whatever the model's files say.")
    private Optional<Activation> activation = Optional.empty();

    @Option(
            names = "--head-width",
            paramLabel = "CHANNELS",
            description = "Of an attention head, for weights without a config; 64 if it is not given.")
    private Optional<Integer> headWidth = Optional.empty();

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Changes the input's size; learned positions are resized.")
    private Optional<Integer> imageSize = Optional.empty();

    /** What the user calls the model. */
    String name() {
        return name;
    }

    /** Reads it. */
    Model read() {
        return Teachers.read(name, options());
    }

    /** Reads it to tell all of it, what is assumed included. */
    Model readToTell() {
        return Teachers.readUnsaid(name, options());
    }

    /** Whether the user says more than the name. */
    boolean isMore() {
        return activation.isPresent() || headWidth.isPresent() || imageSize.isPresent();
    }

    private ReadOptions options() {
        return new ReadOptions(activation, number(headWidth), number(imageSize));
    }

    static OptionalInt number(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** Written as in models' files, or with a dash as in settings. */
    static final class ActivationWord implements ITypeConverter<Activation> {
        @Override
        public Activation convert(String word) {
            try {
                return Activation.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected gelu or quick_gelu but was '" + word + "'");
            }
        }
    }
}
