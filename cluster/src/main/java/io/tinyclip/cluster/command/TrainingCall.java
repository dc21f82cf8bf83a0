package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.membership.Candidate;
import io.tinyclip.cluster.run.RunHost;
import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.Settings;

/** What the quickstart, {@code run} and {@code pretrain} have in common once their settings are read. */
final class TrainingCall {
    private TrainingCall() {}

    /** @return the {@link ExitCode}: failed for a run that was stopped before its end */
    static int execute(Training.Command command, Settings settings, Surroundings surroundings) {
        Engine engine = surroundings.engine().get().on(settings.free().machine().device());
        try (Progress progress = surroundings.progress().get()) {
            Training.Console console = new Training.Console(progress, surroundings.out());
            boolean finished = settings.cluster().mode() == ClusterSettings.Mode.EMBEDDED
                    ? new Training(command, settings, engine, RunHost.embedded(), console).execute()
                    : Candidate.execute(command, settings, engine, console);
            return finished ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
