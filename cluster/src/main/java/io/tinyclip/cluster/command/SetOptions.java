package io.tinyclip.cluster.command;

import io.tinyclip.cluster.judge.Judgement;
import io.tinyclip.cluster.judge.JudgementFiles;
import io.tinyclip.cluster.judge.JudgementTable;
import io.tinyclip.storage.Location;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A model, the sets that it is judged on, and where the figures go. */
final class SetOptions {
    private static final String PRINTED = "-";

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "SET",
            description = "Sets: folders, or addresses such as hf://datasets/OWNER/NAME.")
    private List<String> sets = List.of();

    @Option(
            names = "--split",
            defaultValue = "test",
            paramLabel = "NAME",
            description = "Which part of each set; test if not given.")
    private String split = "test";

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Keeps the figures there, or prints them instead of the table.")
    private Optional<String> json = Optional.empty();

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Keeps the figures there, with the columns of CLIP_benchmark's table.")
    private Optional<String> csv = Optional.empty();

    @Option(
            names = "--again",
            description = "Computes anew what the files have already of the same model, set and settings.")
    private boolean again;

    ModelOptions model() {
        return model;
    }

    /** As the user wrote them. */
    List<String> sets() {
        return sets.stream().map(set -> Location.readable(set, "SET")).toList();
    }

    String split() {
        return split;
    }

    boolean again() {
        return again;
    }

    JudgementFiles files() {
        JudgementFiles files = new JudgementFiles(
                json.filter(file -> !file.equals(PRINTED)).map(file -> Location.local(file, "--json")),
                csv.map(file -> Location.local(file, "--csv")));
        files.requireUsable();
        return files;
    }

    void print(List<Judgement> judgements, PrintStream out) {
        if (json.filter(PRINTED::equals).isPresent()) {
            out.println(JudgementTable.json(judgements));
        } else {
            JudgementTable.lines(judgements).forEach(out::println);
        }
    }
}
