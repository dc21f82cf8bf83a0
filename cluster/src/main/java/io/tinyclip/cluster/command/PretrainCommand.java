package io.tinyclip.cluster.command;

import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.SettingsFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pretrain}. */
@Command(
        name = "pretrain",
        description = "Trains a CLIP from scratch as a recipe describes, or goes on where that was stopped.",
        mixinStandardHelpOptions = true)
final class PretrainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "CONF", description = "The recipe, such as conf/quickstart.conf.")
    private Path recipe = Path.of("");

    @Mixin
    private final Overrides overrides = new Overrides();

    PretrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return TrainingCall.execute(
                Training.Command.PRETRAIN, SettingsFile.read(recipe, overrides.values()), surroundings);
    }
}
