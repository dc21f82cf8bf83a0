package io.tinyclip.cluster.input;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.IndexMode;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.data.Reading;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.ShardReading;
import io.tinyclip.data.WebDataset;
import io.tinyclip.data.icons.IconCache;
import io.tinyclip.data.icons.IconCatalog;
import io.tinyclip.data.icons.IconDataset;
import io.tinyclip.data.icons.IconSet;
import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.source.PairSource;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.IconEvaluation;
import io.tinyclip.evaluate.PairEvaluation;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens what {@code tinyclip.data.*} and {@code --data} name: built-in icons or the user's own pairs. */
public final class Sources {
    private static final String BUILT_IN = "icons:";
    private static final String TRAIN = BUILT_IN + "train";
    private static final String UNSEEN = BUILT_IN + "unseen";
    private static final String VALIDATION = BUILT_IN + "validation";
    private static final List<String> ALL = List.of(TRAIN, UNSEEN, VALIDATION);

    private final IconCache cache;
    private final IndexStore indexes;
    private final int icons;
    private final Progress progress;

    /**
     * @param cache folder of drawn icons, and of indexes of tars that cannot lie beside them
     * @param icons most icons to draw for training; 0 for all
     */
    public Sources(Path cache, int icons, Progress progress) {
        this.cache = new IconCache(cache);
        this.indexes = new IndexStore(Optional.of(cache.resolve("indexes")));
        this.icons = icons == 0 ? Integer.MAX_VALUE : icons;
        this.progress = progress;
    }

    /** What the settings name, in their cache. */
    public static Sources of(Settings settings, Progress progress) {
        return new Sources(settings.free().files().cache(), settings.data().icons(), progress);
    }

    /** Whether a source is built-in icons, which need the cache. */
    public static boolean areBuiltIn(String source) {
        return source.startsWith(BUILT_IN);
    }

    /** Training pairs of a run that begins; in views that recur, where the settings want such. */
    public Dataset train(Settings.Data wanted) {
        return train(wanted, Optional.empty());
    }

    /** Training pairs. @param begun content hash that the run has recorded, as which they are opened, if they can be */
    public Dataset train(Settings.Data wanted, Optional<String> begun) {
        Dataset pairs = pairs(wanted, begun);
        int views = wanted.store().views();
        return views == 0 ? pairs : new RecurringViews(pairs, views);
    }

    private Dataset pairs(Settings.Data wanted, Optional<String> begun) {
        String source = wanted.train();
        requireKnown("tinyclip.data.train", source);
        return switch (source) {
            case TRAIN, UNSEEN, VALIDATION -> new IconDataset(builtIn(source));
            default -> {
                PairDataset pairs = source(
                                "tinyclip.data.train",
                                wanted.order(),
                                wanted.source().training(),
                                wanted.source().index().asBegun(begun))
                        .open(source, wanted.source().upsampling())
                        .under(wanted.pictures());
                Dataset data = wanted.reducedScale() ? pairs.atReducedScale() : pairs;
                yield begun.map(data::knownAs).orElse(data);
            }
        };
    }

    /**
     * Pairs that models are judged on. Built-in icons are drawn when they are first asked for; a user's own are read here,
     * since they may be at fault.
     *
     * @param setting names the source in messages
     * @param preprocessing how pictures become a model's input
     * @param reading how files become pairs
     */
    public EvaluationSet evaluation(String source, String setting, Preprocessing preprocessing, Reading reading) {
        requireKnown(setting, source);
        return switch (source) {
            case TRAIN, UNSEEN, VALIDATION ->
                EvaluationSet.whenAsked(
                        () -> new IconEvaluation(builtIn(source), builtIn(TRAIN), preprocessing.size()));
            default ->
                PairEvaluation.of(
                        source(setting, ReadOrder.PAIRS, reading, IndexMode.BEFORE)
                                .open(source),
                        preprocessing);
        };
    }

    /** The user's own pairs, in their order; built-in icons are none. */
    public PairDataset pairs(String source, String setting, Reading reading) {
        if (areBuiltIn(source)) {
            throw new InvalidInputException(
                    setting + " [" + source + "] is built in and no set of files; judge by it with evaluate --data");
        }
        return source(setting, ReadOrder.PAIRS, reading, IndexMode.BEFORE).open(source);
    }

    private PairSource source(String setting, ReadOrder order, Reading reading, IndexMode when) {
        return new PairSource(setting, opening(order, reading, when));
    }

    /** How tars are opened here. */
    public WebDataset.Opening opening(ReadOrder order, Reading reading) {
        return opening(order, reading, IndexMode.BEFORE);
    }

    private WebDataset.Opening opening(ReadOrder order, Reading reading, IndexMode when) {
        ShardReading heard = (done, total) -> {
            if (done == 0) {
                progress.begin("indexing tars (once)", total, 0);
            }
            progress.advance(done, "");
        };
        return new WebDataset.Opening(order, indexes, heard, reading, when);
    }

    private static void requireKnown(String key, String source) {
        if (areBuiltIn(source) && !ALL.contains(source)) {
            throw new InvalidInputException(key + " [" + source + "] must be " + String.join(", ", ALL)
                    + " or a pattern of tars such as /data/{00000..00009}.tar, a table or a folder");
        }
    }

    private IconSet builtIn(String source) {
        return switch (source) {
            case UNSEEN -> draw(IconCatalog.UNSEEN, Integer.MAX_VALUE);
            case VALIDATION -> draw(IconCatalog.VALIDATION, Integer.MAX_VALUE);
            default -> draw(IconCatalog.TRAIN, icons);
        };
    }

    private IconSet draw(IconCatalog catalog, int limit) {
        boolean[] begun = new boolean[1];
        return cache.open(catalog, limit, (done, total) -> {
            if (!begun[0]) {
                progress.begin("drawing icons (once)", total, 0);
                begun[0] = true;
            }
            progress.advance(done, "");
        });
    }
}
