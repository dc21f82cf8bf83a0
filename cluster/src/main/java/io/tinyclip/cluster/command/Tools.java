package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * What commands get from the process they run in.
 *
 * @param libraries makes ready what every native library needs; run before any command that may load one
 * @param engine starts the tensor library; asked only by commands that compute
 * @param progress makes what shows the progress
 * @param out for results
 * @param err for everything else
 */
public record Tools(
        Runnable libraries, Supplier<Engine> engine, Supplier<Progress> progress, PrintStream out, PrintStream err) {
    /** Where native libraries need nothing. */
    public Tools(Supplier<Engine> engine, Supplier<Progress> progress, PrintStream out, PrintStream err) {
        this(() -> {}, engine, progress, out, err);
    }
}
