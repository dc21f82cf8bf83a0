package io.tinyclip.cluster.run;

import com.google.gson.JsonObject;
import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.run.RunListener.StageFinished;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.record.StageFigures;
import io.tinyclip.engine.NativeMemory;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.report.StepPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** At each stage's end: puts the student together, writes its folder, and takes the figures of what was written. */
final class StageEnd implements Students {
    private static final Logger LOG = LoggerFactory.getLogger(StageEnd.class);

    private final Start start;
    private final RunFolder folder;
    private final Ledger ledger;
    private final Judging judging;
    private final StudentJudging students;
    private final TableMaps tables;

    StageEnd(Start start, RunFolder folder, Ledger ledger, Judging judging, StudentJudging students) {
        this.start = start;
        this.folder = folder;
        this.ledger = ledger;
        this.judging = judging;
        this.students = students;
        this.tables = new TableMaps(folder, start);
    }

    @Override
    public void by(Judges judges, Consumer<JudgedPoint> record) {
        students.by(judges, record);
    }

    @Override
    public void stepJudged(StageFinished student) {
        if (students.asks()) {
            folder.requireLead();
            unlessItEnds(() -> students.judge(student.cursor(), model(student)));
        }
    }

    /** What the end of the run here cuts off is done when it goes on. */
    private static void unlessItEnds(Runnable work) {
        try {
            work.run();
        } catch (Judges.ClosedException e) {
            LOG.info("{}; it is when the run goes on", e.getMessage());
        }
    }

    /** Does nothing for a stage that is recorded and written already, as after a resume from its last checkpoint. */
    @Override
    public void stageFinished(StageFinished stage) {
        unlessItEnds(() -> finish(stage));
    }

    private void finish(StageFinished stage) {
        int index = stage.cursor().stage();
        StagePlan plan = start.plan().stages().get(index);
        Path target = folder.model(start.plan(), index);
        if (isDone(index, stage.digest(), target)) {
            return;
        }
        folder.requireLead();
        // What the steps have left is not needed while a model is put together, nor what that leaves while it is
        // judged.
        NativeMemory.trim();
        write(stage, target);
        NativeMemory.trim();
        Model written = ModelFolder.read(target);
        Map<String, Double> judged = students.judge(stage.cursor(), written);
        judging.compared();
        StageFigures figures = new StageFigures(
                judging.student(index, written, plan.keep()).and(judged).inFileOf(bytes(target)),
                plan.steps(),
                seconds(index),
                stage.digest(),
                stage.sparsity());
        folder.publish();
        ledger.change(record -> record.reached(index, figures, stage.bad()));
        LOG.info("stage [{}] finished with digest [{}], model in [{}]", index, stage.digest(), target);
    }

    private static long bytes(Path model) {
        try {
            return Files.size(model.resolve(ModelFolder.TENSORS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(StageFinished stage, Path target) {
        // A half-precision teacher is small enough to be kept beside the code; figures are those of the file as
        // written.
        ModelFolder.write(target, model(stage), start.plan().pretrain() ? StoredFloat.F16 : StoredFloat.F32);
    }

    private Model model(StageFinished stage) {
        float[] table = tables.frozen(stage.widthMap(), stage.cursor().stage());
        FloatVector whole = start.rows().expand(stage.layout(), stage.vector(), table);
        return Model.of(stage.layout().shape(), whole, start.preprocessing(), provenance(stage));
    }

    private boolean isDone(int index, String digest, Path target) {
        List<StageFigures> known = ledger.record().figures().stages();
        return known.size() > index && known.get(index).digest().equals(digest) && folder.has(target);
    }

    private JsonObject provenance(StageFinished stage) {
        RunRecord record = ledger.record();
        JsonObject json = new JsonObject();
        json.addProperty("command", record.beginning().command());
        json.addProperty("name", record.beginning().name());
        json.addProperty("stage", stage.cursor().stage());
        json.addProperty("steps", stage.cursor().step());
        json.addProperty("seed", record.beginning().seed());
        json.addProperty("numericClass", record.numerics().name());
        json.addProperty("digest", stage.digest());
        return json;
    }

    private double seconds(int stage) {
        try {
            return MetricsFile.read(folder.metrics()).stream()
                    .filter(point -> point.stage() == stage)
                    .mapToDouble(StepPoint::seconds)
                    .filter(Double::isFinite)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
