package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.forecast.Forecast;
import io.tinyclip.cluster.forecast.ForecastJson;
import io.tinyclip.cluster.forecast.ForecastText;
import io.tinyclip.cluster.forecast.Forecasting;
import io.tinyclip.cluster.forecast.Machines;
import io.tinyclip.cluster.forecast.Subject;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FittingPrecision;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plan}: what a run will take, before it starts. */
@Command(
        name = "plan",
        description = {
            "Tells what a run of a recipe will take: hours, memory, traffic and disk.",
            "Hours and processor seconds on this machine follow from some real steps of each phase.",
            "A teacher or pairs that are not here are stood in for, and the output says so."
        },
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    private static final double USUAL_SECONDS = 4;
    private static final double MOST_SECONDS = 3600;

    private final Tools tools;

    @Parameters(paramLabel = "CONF", description = "The recipe, as for run.")
    private Path recipe = Path.of("");

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Option(names = "--no-probe", description = "Measures nothing: tells what follows from sizes alone.")
    private boolean withoutProbe;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "How many training pairs there are; they are not opened then.")
    private Optional<Long> pairs = Optional.empty();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "For how long each phase is measured, above 0 to 3600; 4 if not said. At least a step is.")
    private double seconds = USUAL_SECONDS;

    @Mixin
    private final MachineOptions machines = new MachineOptions();

    @Mixin
    private final Overrides overrides = new Overrides();

    PlanCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Settings asked = SettingsFile.read(recipe, overrides.values());
        if (pairs.isPresent() && pairs.get() < 1) {
            throw new InvalidInputException("--pairs [" + pairs.get() + "] must be at least 1");
        }
        if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
            throw new InvalidInputException("--seconds [" + seconds + "] must be above 0 and at most 3600");
        }
        // A probe must neither fill a store of teacher embeddings nor take what they say from one.
        Map<String, String> probed = new LinkedHashMap<>(overrides.values());
        probed.put("tinyclip.teacher-store.use", "none");
        Settings settings = SettingsFile.read(recipe, probed);
        RemoteModels.install(asked.free().storage());
        Forecast forecast = withoutProbe ? bySizes(asked, settings) : measured(asked, settings);
        tools.out()
                .print(
                        json
                                ? new GsonBuilder().setPrettyPrinting().create().toJson(ForecastJson.of(forecast))
                                        + "\n"
                                : ForecastText.of(forecast));
        return ExitCode.DONE;
    }

    private Forecast bySizes(Settings asked, Settings settings) {
        Precision precision = asked.step().precision().orElse(Precision.BF16);
        Optional<Machines> elsewhere = machines.of(precision, false);
        try (Progress progress = tools.progress().get();
                Subject subject = Subject.open(settings, pairs(), false, progress)) {
            return new Forecasting(asked, subject, elsewhere, progress).bySizes();
        }
    }

    private Forecast measured(Settings asked, Settings settings) {
        machines.of(Precision.FP32, true);
        Engine engine = tools.engine().get().on(settings.free().machine().device());
        Precision precision = FittingPrecision.of(settings.step().precision(), engine);
        Optional<Machines> elsewhere = machines.of(asked.step().precision().orElse(Precision.BF16), true);
        try (Progress progress = tools.progress().get();
                Subject subject = Subject.open(settings.in(precision), pairs(), true, progress)) {
            return new Forecasting(asked, subject, elsewhere, progress).measuredBy(engine, seconds);
        }
    }

    private OptionalLong pairs() {
        return pairs.isPresent() ? OptionalLong.of(pairs.get()) : OptionalLong.empty();
    }
}
