package io.tinyclip.cluster.run;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.StrictJson;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.ManualUnits;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Units of students chosen by hand. What has to be measured is measured once a run: that may take long, and a machine of
 * another numeric class that goes on with the run could find others.
 */
final class UnitsFile {
    private final Path path;

    UnitsFile(Path path) {
        this.path = path;
    }

    /**
     * By stage; measures only if nobody did before, or stages were added since.
     *
     * @throws InvalidInputException if the units of earlier stages would be others here
     */
    SortedMap<Integer, Kept> readOrChoose(ComputeInput input, Engine engine, Progress progress) {
        List<StageGoal> goals = input.settings().compression().stages();
        if (!ManualUnits.areMeasured(goals)) {
            return choose(input, (sets, batches) -> new double[0]);
        }
        SortedMap<Integer, Kept> known = Files.exists(path) ? read() : new TreeMap<>();
        if (!known.isEmpty() && known.keySet().containsAll(ManualUnits.stages(goals))) {
            return known;
        }
        try (SilencedLoss silenced = engine.silenced(input)) {
            SortedMap<Integer, Kept> units = choose(input, (sets, batches) -> {
                progress.begin("measuring the teacher's units", sets.size(), 0);
                return silenced.measure(sets, batches, done -> progress.advance(done, ""));
            });
            known.forEach((stage, kept) -> requireSame(stage, kept, units));
            write(units);
            return units;
        }
    }

    private void requireSame(int stage, Kept known, SortedMap<Integer, Kept> measured) {
        Kept again = measured.get(stage);
        if (again == null || !again.toJson().equals(known.toJson())) {
            throw new InvalidInputException("the units of stage [" + (stage + 1) + "] in [" + path
                    + "] are others than those that are measured here, from which the added stages would be cut; add them"
                    + " on a machine of the kind that began the run");
        }
    }

    private static SortedMap<Integer, Kept> choose(ComputeInput input, ManualUnits.Measure measure) {
        Start start = input.start();
        return ManualUnits.of(
                start.layout(),
                start.vector().get(),
                input.settings().compression().stages(),
                start.plan().stages(),
                measure);
    }

    private void write(SortedMap<Integer, Kept> units) {
        JsonObject json = new JsonObject();
        units.forEach((stage, kept) -> json.addProperty(Integer.toString(stage), kept.toJson()));
        AtomicFile.writeText(path, new Gson().toJson(json));
    }

    private SortedMap<Integer, Kept> read() {
        JsonObject json = StrictJson.read(path);
        SortedMap<Integer, Kept> units = new TreeMap<>();
        try {
            json.asMap()
                    .forEach((stage, kept) -> units.put(Integer.parseInt(stage), Kept.fromJson(kept.getAsString())));
        } catch (InvalidInputException | NumberFormatException | UnsupportedOperationException e) {
            throw new InvalidInputException(
                    "cannot understand [" + path + "] (" + e.getMessage()
                            + "); remove it, and the units are measured again",
                    e);
        }
        return units;
    }
}
