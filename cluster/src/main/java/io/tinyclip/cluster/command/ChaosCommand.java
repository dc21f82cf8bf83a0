package io.tinyclip.cluster.command;

import io.tinyclip.cluster.chaos.Setup;
import io.tinyclip.cluster.chaos.Trials;
import io.tinyclip.cluster.chaos.plan.Family;
import io.tinyclip.cluster.chaos.plan.Fault;
import io.tinyclip.cluster.chaos.plan.Schedule;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaos}: what scripts/chaos runs. */
@Command(
        name = "chaos",
        hidden = true,
        description = {
            "Runs a recipe in processes of their own while faults of every kind come to them, and compares the digest with that"
                    + " of an undisturbed run. Exit code 0 if all faults happened and the digest is the same, else 1."
        },
        mixinStandardHelpOptions = true)
final class ChaosCommand implements Callable<Integer> {
    /** What a fault's own pause may take of the run besides: steps go on while a machine is frozen or slow. */
    private static final int STEPS_A_FAULT = 2 * Schedule.MOST_STEPS;

    private static final int MOST_MACHINES = 16;
    private static final int MOST_FAULTS = 1000;
    private static final long MOST_SEED = 999_999;

    private final Tools tools;

    @Parameters(paramLabel = "CONF", description = "The recipe, such as conf/chaos.conf; many short steps are best.")
    private Path recipe = Path.of("");

    @Option(names = "--seed", description = "Which faults come; 1 by default.")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "FROM-TO",
            description = "Several, one after another; passed ones are left out.")
    private String seeds = "";

    @Option(names = "--faults", description = "How many come to each run; 20 by default.")
    private int faults = 20;

    @Option(names = "--coordinators", description = "1, 3 or 5; 3 by default.")
    private int coordinators = 3;

    @Option(names = "--servers", description = "2 by default.")
    private int servers = 2;

    @Option(names = "--workers", description = "3 by default.")
    private int workers = 3;

    @Option(
            names = "--supervisor",
            paramLabel = "yes|no",
            description =
                    "Whether every process that ends is started again; without, only what the run can't do without.")
    private String supervisor = "yes";

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "signals|links|checkpoints|disk|failpoints",
            description = "Faults that this machine can't do; links and disk need Linux and root.")
    private List<String> without = List.of();

    @Option(names = "--disk-megabytes", description = "Of the disk that is filled; 256 by default.")
    private int diskMegabytes = 256;

    @Option(names = "--digest", description = "What an undisturbed run came to; without, it is run first.")
    private String digest = "";

    @Option(names = "--out", description = "Where everything is written; runs/chaos by default.")
    private Path out = Path.of("runs", "chaos");

    @Option(names = "--list", description = "Only prints which faults will come.")
    private boolean list = false;

    @Mixin
    private final Overrides overrides = new Overrides();

    ChaosCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() throws InterruptedException {
        bounded("--faults", faults, 1, MOST_FAULTS);
        bounded("--servers", servers, 1, MOST_MACHINES);
        bounded("--workers", workers, 1, MOST_MACHINES);
        if (coordinators != 1 && coordinators != 3 && coordinators != 5) {
            throw new InvalidInputException("--coordinators [" + coordinators + "] must be 1, 3 or 5");
        }
        if (list) {
            return printed();
        }
        Settings settings = SettingsFile.read(recipe, overrides.values());
        int steps = settings.compression().stages().stream()
                .mapToInt(stage -> stage.steps())
                .sum();
        if (steps < faults * STEPS_A_FAULT) {
            throw new InvalidInputException("--faults [" + faults + "] may take longer than the [" + steps
                    + "] steps of the recipe; ask for at most " + steps / STEPS_A_FAULT
                    + ", or raise the steps of its stages");
        }
        Setup setup = new Setup(
                program(),
                recipe.toAbsolutePath(),
                overrides.values().entrySet().stream()
                        .map(it -> "-D" + it.getKey() + "=" + it.getValue())
                        .toList(),
                out.toAbsolutePath(),
                new Setup.Machines(coordinators, servers, workers, diskMegabytes),
                faults,
                supervised(),
                families());
        Optional<String> known = Optional.of(digest).filter(it -> !it.isEmpty());
        return new Trials(setup, tools.out()).of(seeds(), known) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private int printed() {
        for (long each : seeds()) {
            for (Fault fault : Schedule.of(each, faults, named())) {
                tools.out()
                        .println("seed " + each + ": " + fault.number() + ", " + fault.words() + ", "
                                + fault.comes().words());
            }
        }
        return ExitCode.DONE;
    }

    private static void bounded(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(name + " [" + value + "] must be from " + least + " to " + most);
        }
    }

    private List<Long> seeds() {
        String[] range =
                seeds.isEmpty() ? new String[] {Long.toString(seed), Long.toString(seed)} : seeds.split("-", 2);
        try {
            long from = Long.parseLong(range[0]);
            long to = Long.parseLong(range[range.length - 1]);
            if (from >= 1 && from <= to && to <= MOST_SEED) {
                return LongStream.rangeClosed(from, to).boxed().toList();
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidInputException(
                "seeds [" + String.join("-", range) + "] must be such as 1-12, from 1 to " + MOST_SEED);
    }

    private boolean supervised() {
        if (!supervisor.equals("yes") && !supervisor.equals("no")) {
            throw new InvalidInputException("--supervisor [" + supervisor + "] must be yes or no");
        }
        return supervisor.equals("yes");
    }

    private Set<Family> families() {
        Set<Family> families = named();
        Setup.requirePossible(families);
        return families;
    }

    private Set<Family> named() {
        Set<Family> families = EnumSet.allOf(Family.class);
        for (String word : without) {
            families.remove(Family.named(word)
                    .orElseThrow(() -> new InvalidInputException("--without [" + word + "] must be of "
                            + Arrays.stream(Family.values()).map(Family::word).collect(Collectors.joining(", ")))));
        }
        if (families.isEmpty()) {
            throw new InvalidInputException("--without " + without + " leaves no fault to come; leave something in");
        }
        return families;
    }

    /** What runs here runs on the machines, too. */
    private static Setup.Program program() {
        List<String> java = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        Arrays.stream(System.getenv().getOrDefault("TINYCLIP_JAVA_OPTIONS", "").split(" "))
                .filter(option -> !option.isBlank())
                .forEach(java::add);
        try {
            Path jar = Path.of(ChaosCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (!Files.isRegularFile(jar)) {
                throw new InvalidInputException("[" + jar + "] is no jar; build it with: mvn -DskipTests package");
            }
            return new Setup.Program(java, jar);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the jar lies nowhere", e);
        }
    }
}
