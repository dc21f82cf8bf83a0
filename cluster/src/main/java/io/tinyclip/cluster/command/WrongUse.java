package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood: one line that says what is wrong, what was meant, and where help is. */
final class WrongUse {
    private WrongUse() {}

    /** For all commands of a line; the usage is shown to those who ask for it. */
    static void inOneLine(CommandLine line, PrintStream err) {
        line.setParameterExceptionHandler((error, arguments) -> {
            err.println(message(error));
            return ExitCode.WRONG_USE;
        });
    }

    private static String message(ParameterException error) {
        String text = String.valueOf(error.getMessage()).strip().replaceAll("\\s+", " ");
        String what = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
        return "error: " + what + meant(error) + "; help: java -jar "
                + error.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    }

    private static String meant(ParameterException error) {
        List<String> suggestions =
                error instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }
}
