package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.input.ModelDescription;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.JudgedTask;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.evaluate.SetPart;
import io.tinyclip.evaluate.TaskEmbedder;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.files.Model;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.util.Optional;

/** Embeds parts of sets by this machine's engine, as the commands that judge a model do. */
public final class EnginePartEmbedder implements PartEmbedder {
    private static final String WHAT = "the model to judge";

    private final Engine engine;
    private final JudgedSets sets;
    private Optional<Installed> installed = Optional.empty();

    /** @param model whose floats the engine reads where they lie */
    private record Installed(Model model, Engine.Loaded loaded) {}

    public EnginePartEmbedder(Engine engine, JudgedSets sets) {
        this.engine = engine;
        this.sets = sets;
    }

    @Override
    public void require(String description, int floats) {
        ModelDescription.read(description, WHAT).requireFloats(floats);
    }

    @Override
    public void install(String description, FloatVector vector) {
        close();
        Model model = ModelDescription.read(description, WHAT).with(vector);
        installed = Optional.of(new Installed(model, engine.load(model)));
    }

    @Override
    public TaskEmbeddings embed(SetPart part) {
        JudgedTask task = sets.open(part.set());
        Installed now = installed.orElseThrow(() -> new IllegalStateException("no model is installed"));
        TaskEmbedder embedder = new TaskEmbedder(now.loaded.embedder());
        int there = part.texts() ? task.texts().size() : task.pictures();
        if (part.to() > there) {
            throw new InvalidInputException("part [" + part.from() + ", " + part.to() + ") of the set ["
                    + part.set().name() + "] to judge by, which has [" + there
                    + "] here; start the same coordinator.jar on every machine");
        }
        return part.texts()
                ? embedder.texts(task, part.from(), part.to())
                : embedder.pictures(task, part.from(), part.to());
    }

    @Override
    public void close() {
        installed.ifPresent(it -> it.loaded.close());
        installed = Optional.empty();
    }
}
