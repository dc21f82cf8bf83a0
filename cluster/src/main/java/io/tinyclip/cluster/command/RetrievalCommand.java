package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.judge.AskedSet;
import io.tinyclip.data.labelled.BenchmarkFolder;
import io.tinyclip.data.labelled.BenchmarkFolder.Type;
import io.tinyclip.evaluate.CaptionRetrieval;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code retrieval}: how often pictures find one of their captions, and captions their picture. */
@Command(
        name = "retrieval",
        description = {
            "Measures how well a model finds captions for pictures (text_retrieval_recall@1, 5, 10: one of a picture's"
                    + " own is among the first so many) and pictures for captions (image_retrieval_recall@), as"
                    + " CLIP_benchmark computes them.",
            "A caption is right for its own picture alone; of what is equally similar, what comes first in the set"
                    + " counts as first.",
            "A SET is a folder of CLIP_benchmark's, with SPLIT/nshards.txt beside SPLIT/0.tar and so on; or else what"
                    + " evaluate takes as --data: a pattern of WebDataset tars, a table, a folder of pictures with"
                    + " captions beside them. A .txt has a caption a line, a .json a list [captions].",
            "Pictures that cannot be used are left out with their captions, and said."
        },
        mixinStandardHelpOptions = true)
final class RetrievalCommand implements Callable<Integer> {
    private static final String SETTING = "SET";
    /** Where a set has no splits. */
    private static final String WHOLE = "";

    private final Tools tools;

    @Mixin
    private final SetOptions options = new SetOptions();

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CacheOption cache = new CacheOption();

    RetrievalCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        return new SetJudging(tools, options, cache).execute((sources, read, set) -> open(sources, set));
    }

    private AskedSet open(Sources sources, String set) {
        Optional<String> tars = tars(set);
        return new AskedSet(
                Location.shown(set),
                "zeroshot_retrieval",
                tars.isPresent() ? options.split() : WHOLE,
                new CaptionRetrieval(sources.pairs(tars.orElse(set), SETTING, reading.reading())));
    }

    /** Of a split, if the set has some. */
    private Optional<String> tars(String set) {
        boolean remote = Location.isRemote(set);
        if (remote ? set.matches(".*(\\.tar|[*?{].*)") : !Files.isDirectory(Path.of(set))) {
            return Optional.empty();
        }
        BenchmarkFolder layout = new BenchmarkFolder(set, SETTING);
        Optional<String> tars = layout.tars(options.split());
        Type type = layout.type();
        if (tars.isPresent() && type != Type.RETRIEVAL) {
            throw new InvalidInputException(SETTING + " [" + Location.shown(set)
                    + "] is of classes, for its dataset_type.txt does not say [retrieval]; judge by it with the command"
                    + " zero-shot, or write the file");
        }
        return tars;
    }
}
