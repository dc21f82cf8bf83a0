package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code inspect}: what a model is made of. */
@Command(
        name = "inspect",
        description =
                "Prints a model's parameters, multiply-accumulates, and its widths and heads layer by layer; or what a"
                        + " recipe's students will be: a MODEL that ends in .conf is a recipe.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    private static final String RECIPE = ".conf";

    private final Tools tools;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Mixin
    private final Overrides overrides = new Overrides();

    InspectCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        boolean recipe = isRecipe();
        Settings settings = recipe
                ? SettingsFile.read(Location.path(model.name()), overrides.values())
                : SettingsFile.defaults(overrides.values());
        RemoteModels.install(settings.free().storage());
        tools.out().print(recipe ? recipe(settings) : model());
        return ExitCode.DONE;
    }

    private boolean isRecipe() {
        return model.name().endsWith(RECIPE) && !Files.isDirectory(Location.local(model.name(), "recipe"));
    }

    private String recipe(Settings settings) {
        if (model.isMore()) {
            throw new InvalidInputException("recipe [" + model.name() + "] says itself what its teacher is; set "
                    + "tinyclip.teacher-activation, teacher-head-width or image-size in it instead of an option");
        }
        RecipeInspection inspection = RecipeInspection.of(settings);
        return json ? print(inspection.json()) : inspection.text();
    }

    private String model() {
        ModelInspection inspection = new ModelInspection(model.readToTell());
        return json ? print(inspection.json()) : inspection.text();
    }

    private static String print(JsonObject json) {
        return new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n";
    }
}
