package io.tinyclip.cluster.command;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Files and folders on the command line, which are paths of this machine: an address is no file name. */
final class PlaceArguments {
    private PlaceArguments() {}

    /** Refuses, in one line, an address where a command knows paths alone; for all commands of a line. */
    static void refuseAddresses(CommandLine line, PrintStream err) {
        line.registerConverter(Path.class, word -> Location.local(word, "path"));
        IParameterExceptionHandler usual = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((error, arguments) -> {
            if (error.getCause() instanceof InvalidInputException && error.getArgSpec() != null) {
                return Failure.report(refusal(error.getArgSpec(), String.valueOf(error.getValue())), err);
            }
            return usual.handleParseException(error, arguments);
        });
    }

    private static RuntimeException refusal(ArgSpec argument, String value) {
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        try {
            Location.local(value, name);
        } catch (InvalidInputException e) {
            return e;
        }
        return new InvalidInputException(name + " [" + Location.shown(value) + "] is no path");
    }
}
