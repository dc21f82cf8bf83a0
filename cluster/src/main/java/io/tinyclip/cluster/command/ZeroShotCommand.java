package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.judge.AskedSet;
import io.tinyclip.cluster.judge.LabelledSets;
import io.tinyclip.data.Reading;
import io.tinyclip.data.labelled.BenchmarkFolder;
import io.tinyclip.evaluate.ClassPrompts;
import io.tinyclip.evaluate.ZeroShot;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zero-shot}: how often a model names a picture's class that it was never taught. */
@Command(
        name = "zero-shot",
        description = {
            "Measures how well a model tells the classes of pictures by the classes' names: acc1, acc5 (with five"
                    + " classes or more) and mean_per_class_recall, as CLIP_benchmark computes them; of classes that are"
                    + " equally similar the one with the lowest label counts as first.",
            "A SET is a folder of CLIP_benchmark's: classnames.txt, zeroshot_classification_templates.txt with {c}"
                    + " where the name goes, and SPLIT/nshards.txt beside SPLIT/0.tar and so on, with key.cls beside each"
                    + " picture; or a folder with a folder for each class, the two files beside them if there are any, or"
                    + " below a folder SPLIT.",
            "Pictures that cannot be used are left out, and said."
        },
        mixinStandardHelpOptions = true)
final class ZeroShotCommand implements Callable<Integer> {
    private final Tools tools;

    @Mixin
    private final SetOptions options = new SetOptions();

    @Option(
            names = "--classnames",
            paramLabel = "FILE",
            description = "Names of the classes, one a line by label, instead of the sets' own.")
    private Optional<String> classNames = Optional.empty();

    @Option(
            names = "--templates",
            paramLabel = "FILE",
            description =
                    "Sentences with {c} where the name goes, one a line, instead of the sets' own; a set without any"
                            + " gets [" + ClassPrompts.USUAL + "].")
    private Optional<String> templates = Optional.empty();

    @Mixin
    private final CacheOption cache = new CacheOption();

    ZeroShotCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        return new SetJudging(tools, options, cache).execute((sources, read, set) -> open(sources, set));
    }

    private AskedSet open(Sources sources, String set) {
        LabelledSets.Opened opened = new LabelledSets(sources, Reading.USUAL).open(set, options.split());
        String shown = Location.shown(set);
        List<String> names = classNames
                .map(file -> BenchmarkFolder.lines(file, "--classnames"))
                .or(opened::names)
                .orElseThrow(() -> new InvalidInputException(LabelledSets.SETTING + " [" + shown
                        + "] has no classnames.txt; name the classes by --classnames FILE, one a line"));
        Optional<List<String>> sentences = templates
                .map(file -> BenchmarkFolder.lines(file, "--templates"))
                .or(() -> opened.layout().templates());
        if (sentences.isEmpty()) {
            tools.err().println("[" + shown + "] has no templates; [" + ClassPrompts.USUAL + "] is used");
        }
        ClassPrompts prompts = new ClassPrompts(names, sentences.orElse(List.of(ClassPrompts.USUAL)));
        return new AskedSet(
                shown, "zeroshot_classification", options.split(), new ZeroShot(opened.pictures(), prompts));
    }
}
