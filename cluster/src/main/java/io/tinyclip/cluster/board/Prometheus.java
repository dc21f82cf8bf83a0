package io.tinyclip.cluster.board;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.files.JsonLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** This process and its run for Prometheus. */
final class Prometheus {
    private static final double MILLIS = 1e3;

    /** Figures of a step by their name in metrics.jsonl. */
    private static final Map<String, String> FIGURES = Map.of(
            "loss", "tinyclip_loss",
            "kl", "tinyclip_divergence",
            "sparsity", "tinyclip_sparsity_expected_ratio",
            "sparsityTarget", "tinyclip_sparsity_target_ratio",
            "rate", "tinyclip_learning_rate",
            "gradNorm", "tinyclip_gradient_norm",
            "pairsPerSecond", "tinyclip_pairs_per_second",
            "seconds", "tinyclip_step_seconds");

    private final RunFolders folders;
    private final Optional<LiveRun> live;
    private final GrowingLines growing;

    Prometheus(RunFolders folders, Optional<LiveRun> live, GrowingLines growing) {
        this.folders = folders;
        this.live = live;
        this.growing = growing;
    }

    Answer answer() throws IOException {
        ProcessMetrics text = new ProcessMetrics();
        text.ofThisProcess();
        if (folders.own().isPresent()) {
            Optional<RunFolders.Entry> own = folders.named(folders.own().get());
            if (own.isPresent()) {
                run(text, own.get());
            }
        }
        live.ifPresent(run -> {
            run.endsAtMillis()
                    .ifPresent(at -> text.gauge(
                            "tinyclip_run_end_timestamp_seconds", "When the run is expected to end.", at / MILLIS));
            run.status().ifPresent(status -> members(text, status));
        });
        return Answer.of(Answer.Kind.TEXT, text.text().getBytes(StandardCharsets.UTF_8));
    }

    private void run(ProcessMetrics text, RunFolders.Entry run) throws IOException {
        Path file = run.folder().resolve(RunFolders.METRICS);
        GrowingLines.Slice all = growing.slice(file, Integer.MAX_VALUE, 1, 0);
        text.counter("tinyclip_steps_total", "Committed steps of the run.", all.steps());
        // The last line may say what was judged after the step before it.
        Optional<JsonObject> line = growing.slice(file, Math.max(0, all.total() - 2), 1, 2).lines().stream()
                .flatMap(last -> JsonLine.read(last).stream())
                .filter(last -> !Series.isJudged(last))
                .reduce((before, last) -> last);
        line.ifPresent(step -> FIGURES.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(figure -> number(step, figure.getKey())
                        .ifPresent(value ->
                                text.gauge(figure.getValue(), "Of the last step, as metrics.jsonl has it.", value))));
        line.flatMap(step -> number(step, "stage"))
                .ifPresent(stage -> text.gauge("tinyclip_stage", "Stage of the last step, from 1.", stage + 1));
    }

    private static Optional<Double> number(JsonObject line, String name) {
        JsonElement value = line.get(name);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isNumber()
                ? Optional.of(value.getAsDouble())
                : Optional.empty();
    }

    private static void members(ProcessMetrics text, ClusterStatus status) {
        text.gauge(
                "tinyclip_members",
                "Machines that take part or stand by.",
                status.members().size());
        for (ClusterStatus.Member member : status.members()) {
            String who = "machine=\"" + ProcessMetrics.label(member.address()) + "\"";
            text.add("tinyclip_member_partitions", "gauge", "Leased in the step under way.", who, member.partitions());
            text.add(
                    "tinyclip_member_pairs_per_second",
                    "gauge",
                    "Between its last two reports.",
                    who,
                    member.pairsPerSecond());
            text.add("tinyclip_member_memory_bytes", "gauge", "Of its process.", who, member.memoryBytes());
            member.links().forEach(link -> text.link(who + ",", link));
        }
        status.run()
                .ifPresent(run -> text.counter("tinyclip_bad_samples_total", "Samples left out so far.", run.bad()));
    }
}
