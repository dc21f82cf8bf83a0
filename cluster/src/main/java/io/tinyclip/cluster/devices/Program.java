package io.tinyclip.cluster.devices;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How this program is started once more: with the same Java, and the same options of it.
 *
 * @param java and its options
 * @param place the jar, or the class path and the class with the entry point
 */
record Program(List<String> java, List<String> place) {
    private static final String MAIN = "io.tinyclip.cluster.Main";

    static Program ofThisProcess() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        String path = System.getProperty("java.class.path");
        return new Program(
                java,
                path.endsWith(".jar") && !path.contains(":") ? List.of("-jar", path) : List.of("-cp", path, MAIN));
    }

    /**
     * @param arguments of the program
     * @param settings given as -Dkey=value
     */
    List<String> command(List<String> arguments, Map<String, String> settings) {
        List<String> command = new ArrayList<>(java);
        command.addAll(place);
        command.addAll(arguments);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        return command;
    }
}
