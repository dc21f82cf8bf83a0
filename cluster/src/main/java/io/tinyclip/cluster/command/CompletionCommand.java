package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.model.InvalidInputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code completion}: what a shell needs to complete this program's commands and options. */
@Command(
        name = "completion",
        description = {
            "Prints a script for bash and zsh that completes commands, options and files.",
            "It has a command tinyclip that runs this jar. Put into ~/.bashrc or ~/.zshrc:",
            "  source <(java -jar /path/to/coordinator.jar completion)"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

    private final Tools tools;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the command is called in the shell; ${DEFAULT-VALUE} if not given.")
    private String name = "tinyclip";

    CompletionCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException("--name [" + name
                    + "] must be letters, digits, dashes and underscores, at most 64, and begin with no digit");
        }
        runningJar().ifPresent(jar -> tools.out().println(function(name, jar)));
        tools.out().println(AutoComplete.bash(name, CommandLineTool.line(tools)));
        return ExitCode.DONE;
    }

    /** A command of the shell that runs a jar. */
    static String function(String name, Path jar) {
        return name + "() { java -jar '" + jar.toString().replace("'", "'\\''") + "' \"$@\"; }";
    }

    private static Optional<Path> runningJar() {
        Path code = Path.of(URI.create(CompletionCommand.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        return Files.isRegularFile(code) ? Optional.of(code.toAbsolutePath()) : Optional.empty();
    }
}
