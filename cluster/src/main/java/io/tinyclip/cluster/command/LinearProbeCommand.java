package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.judge.AskedSet;
import io.tinyclip.cluster.judge.LabelledSets;
import io.tinyclip.data.Reading;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.evaluate.LinearProbe;
import io.tinyclip.files.Model;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code linear-probe}: how well a linear classifier over a model's embeddings tells classes. */
@Command(
        name = "linear-probe",
        description = {
            "Fits logistic regression with an L2 penalty, one class against the others, to the embeddings of one"
                    + " split's pictures, and judges it on another's: lp_acc1, lp_acc5 (with five classes or more),"
                    + " lp_mean_per_class_recall.",
            "The penalty (lp_penalty) is the one that tells a fifth of the first split best, which is put aside, the"
                    + " same pictures always; then all of the split is fitted.",
            "A SET is what zero-shot takes; names and templates are not needed."
        },
        mixinStandardHelpOptions = true)
final class LinearProbeCommand implements Callable<Integer> {
    /** Of Java's heap, what may be filled by pictures to learn from. */
    private static final double HEAP_SHARE = 0.7;

    private final Tools tools;

    @Mixin
    private final SetOptions options = new SetOptions();

    @Option(
            names = "--train-split",
            defaultValue = "train",
            paramLabel = "NAME",
            description = "The split that is learned from; train if not given.")
    private String trainSplit = "train";

    @Mixin
    private final CacheOption cache = new CacheOption();

    LinearProbeCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        if (trainSplit.equals(options.split())) {
            throw new InvalidInputException("--train-split [" + trainSplit
                    + "] must be another one than --split, or a model is judged on what it has learned");
        }
        return new SetJudging(tools, options, cache).execute(this::open);
    }

    private AskedSet open(Sources sources, Model model, String set) {
        LabelledSets sets = new LabelledSets(sources, Reading.USUAL);
        LabelledPictures train = sets.openSplit(set, trainSplit);
        requireHeap(train.size(), model.shape().embedding(), set);
        LabelledPictures test = sets.openSplit(set, options.split());
        return new AskedSet(
                Location.shown(set), "linear_probe", options.split(), new LinearProbe(train, test, line -> tools.err()
                        .println("[" + Location.shown(set) + "] " + line)));
    }

    private static void requireHeap(int pictures, int width, String set) {
        long most = (long) (HEAP_SHARE * Runtime.getRuntime().maxMemory());
        long needed = LinearProbe.heapBytes(pictures, width);
        if (needed > most) {
            throw new InvalidInputException("[" + Location.shown(set) + "] has [" + pictures
                    + "] pictures to learn from, which take [" + (needed >> 20) + "] MiB of Java's heap with [" + width
                    + "] channels each, at most [" + (most >> 20) + "] MiB can be had; start java with a larger -Xmx");
        }
    }
}
