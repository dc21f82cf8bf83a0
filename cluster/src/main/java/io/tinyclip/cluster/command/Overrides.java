package io.tinyclip.cluster.command;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The settings given on the command line. */
final class Overrides {
    @Option(
            names = "-D",
            paramLabel = "<key=value>",
            description = "Sets a setting, such as -Dtinyclip.seed=7, over what the recipe says. May be repeated.")
    private Map<String, String> values = new LinkedHashMap<>();

    Map<String, String> values() {
        return values;
    }
}
