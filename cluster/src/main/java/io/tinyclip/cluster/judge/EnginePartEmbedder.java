package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.input.ModelDescription;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.JudgedTask;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.evaluate.SetPart;
import io.tinyclip.evaluate.TaskEmbedder;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.util.Optional;

/** Embeds parts of sets by this machine's engine, as the commands that judge a model do. */
public final class EnginePartEmbedder implements PartEmbedder {
    private static final String WHAT = "the model to judge";

    private final Engine engine;
    private final JudgedSets sets;
    private Optional<Engine.Loaded> loaded = Optional.empty();

    public EnginePartEmbedder(Engine engine, JudgedSets sets) {
        this.engine = engine;
        this.sets = sets;
    }

    @Override
    public void install(String description, FloatVector vector) {
        close();
        loaded =
                Optional.of(engine.load(ModelDescription.read(description, WHAT).with(vector)));
    }

    @Override
    public TaskEmbeddings embed(SetPart part) {
        JudgedTask task = sets.open(part.set());
        TaskEmbedder embedder =
                new TaskEmbedder(loaded.orElseThrow(() -> new IllegalStateException("no model is installed"))
                        .embedder());
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
        loaded.ifPresent(Engine.Loaded::close);
        loaded = Optional.empty();
    }
}
