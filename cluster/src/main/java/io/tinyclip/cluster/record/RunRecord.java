package io.tinyclip.cluster.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What run.json says: what ran, and every figure.
 *
 * @param command {@code run} or {@code pretrain}
 * @param numerics on which machines it ran; within one class the same settings give the same digest
 * @param inputs SHA-256 by name of what the settings only point at: teacher and data
 * @param seconds spent so far, over all processes
 * @param digest the state digest of the newest finished stage; empty before the first
 * @param teacher the model that was compressed; empty for pretrain
 * @param stages finished so far
 * @param baseline metrics of the pixel baseline; empty before it was computed
 */
public record RunRecord(
        String command,
        String name,
        long seed,
        RunNumerics numerics,
        Map<String, String> inputs,
        boolean finished,
        double seconds,
        String digest,
        Optional<ModelFigures> teacher,
        List<StageFigures> stages,
        Map<String, Double> baseline) {
    public RunRecord {
        inputs = new TreeMap<>(inputs);
        stages = List.copyOf(stages);
        baseline = new TreeMap<>(baseline);
    }

    /**
     * Counts of one model's parameters.
     *
     * @param image of the image tower, projection included
     * @param text of the text tower, projection included, without the token embedding
     * @param tokenEmbedding of the full token table
     */
    public record Parameters(long image, long text, long tokenEmbedding) {}

    /**
     * A model's figures.
     *
     * @param keep share of the teacher's counted parameters
     * @param macs multiply-accumulates of one image and one text
     * @param metrics shares in 0..1 by name, such as {@code r@1}
     * @param pairsPerSecond of the model alone; empty where it was not measured
     */
    public record ModelFigures(
            double keep, Parameters params, long macs, Map<String, Double> metrics, OptionalDouble pairsPerSecond) {
        public ModelFigures {
            metrics = new TreeMap<>(metrics);
        }
    }

    /**
     * A finished stage.
     *
     * @param steps of all its phases
     * @param sparsity expected share left out, just before the cut
     */
    public record StageFigures(ModelFigures model, int steps, double seconds, String digest, double sparsity) {}

    /** A run that has not begun. */
    public static RunRecord fresh(String command, String name, long seed, RunNumerics numerics) {
        return new RunRecord(
                command, name, seed, numerics, Map.of(), false, 0, "", Optional.empty(), List.of(), Map.of());
    }

    /** Name of the numeric class that the run began in; empty before anything has computed. */
    public String numericClass() {
        return numerics.name();
    }

    public RunRecord withNumerics(RunNumerics now) {
        return new RunRecord(command, name, seed, now, inputs, finished, seconds, digest, teacher, stages, baseline);
    }

    public RunRecord withInputs(Map<String, String> found) {
        return new RunRecord(
                command, name, seed, numerics, found, finished, seconds, digest, teacher, stages, baseline);
    }

    public RunRecord withTeacher(ModelFigures figures) {
        return new RunRecord(
                command,
                name,
                seed,
                numerics,
                inputs,
                finished,
                seconds,
                digest,
                Optional.of(figures),
                stages,
                baseline);
    }

    public RunRecord withBaseline(Map<String, Double> metrics) {
        return new RunRecord(
                command, name, seed, numerics, inputs, finished, seconds, digest, teacher, stages, metrics);
    }

    RunRecord withSeconds(double spent) {
        return new RunRecord(command, name, seed, numerics, inputs, finished, spent, digest, teacher, stages, baseline);
    }

    /** The record after stage {@code index} finished, for the first time or again. */
    public RunRecord withStage(int index, StageFigures figures) {
        List<StageFigures> known = new ArrayList<>(stages.subList(0, Math.min(index, stages.size())));
        known.add(figures);
        return new RunRecord(
                command, name, seed, numerics, inputs, finished, seconds, figures.digest(), teacher, known, baseline);
    }

    public RunRecord withFinished(String finalDigest) {
        return new RunRecord(
                command, name, seed, numerics, inputs, true, seconds, finalDigest, teacher, stages, baseline);
    }
}
