package io.tinyclip.data;

import io.tinyclip.data.index.ContentHash;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tars of a pattern, opened.
 *
 * @param contentHash of what is in them, or of how much that is where they are read when they are first needed
 */
record TarSet(Shards shards, String contentHash) {
    private static final Logger LOG = LoggerFactory.getLogger(WebDataset.class);

    /** As {@link WebDataset#open(String, String, WebDataset.Opening)}. */
    static TarSet open(String pattern, String setting, WebDataset.Opening how) {
        List<String> places = ShardPattern.expand(pattern, setting);
        List<Blob> tars =
                places.stream().map(place -> Storage.open(place, setting)).toList();
        ShardOpening opening = new ShardOpening(tars, setting, how.indexes(), how.reading());
        Optional<List<OptionalInt>> counts = counts(opening, places, setting, how);
        ShardOpening.Opened opened =
                counts.isPresent() ? opening.open(counts.get(), how.progress()) : opening.open(how.progress());
        Shards shards = opened.shards();
        Leftovers leftovers = new Leftovers();
        opened.summaries().forEach(shard -> leftovers.add(shard.remarks()));
        String shown = Location.shown(pattern);
        if (shards.size() == 0) {
            throw new InvalidInputException("samples [0] in " + setting + " [" + shown + "]" + leftovers
                    + "; check the path and that members are named key.jpg, .png or .webp, and "
                    + (how.reading().labels() ? "key.cls" : "key.txt or .json") + ", without another dot in the name");
        }
        if (counts.isPresent()) {
            LOG.info(
                    "{} [{}]: [{}] samples in [{}] tars by their counts; each tar is read when a step first needs it",
                    setting,
                    shown,
                    shards.size(),
                    tars.size());
        } else if (leftovers.any()) {
            LOG.warn("{} [{}]: {} samples are used{}", setting, shown, shards.size(), leftovers);
        }
        String hash = counts.isPresent()
                ? IndexMode.byCounts(hashOfCounts(shards, how.reading()))
                : hash(shards, opened.summaries());
        return new TarSet(shards, hash);
    }

    /** Counts by which the set is opened; empty where its tars are read before. */
    private static Optional<List<OptionalInt>> counts(
            ShardOpening opening, List<String> places, String setting, WebDataset.Opening how) {
        int tars = places.size();
        boolean all = how.when() == IndexMode.AUTO;
        boolean inRuns = how.order().byShards(tars);
        if (how.when() == IndexMode.BEFORE || all && !(inRuns && ReadOrder.areMany(tars))) {
            return Optional.empty();
        }
        IndexMode.requireFew(inRuns ? 0 : tars, setting);
        try {
            List<OptionalInt> counts = opening.declared(places, all);
            if (how.when() == IndexMode.COUNTED) {
                requireAll(counts, places, setting);
            }
            return Optional.of(counts).filter(it -> !all || it.stream().allMatch(OptionalInt::isPresent));
        } catch (UncheckedIOException e) {
            if (all) {
                LOG.warn("{}; tars of {} are read before the first step", e.getMessage(), setting);
                return Optional.empty();
            }
            throw new InvalidInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireAll(List<OptionalInt> counts, List<String> places, String setting) {
        int first = counts.indexOf(OptionalInt.empty());
        if (first >= 0) {
            throw new InvalidInputException("tar [" + Location.shown(places.get(first)) + "] of " + setting
                    + " has no count beside it, in sizes.json or in its _stats.json, and the run goes by such counts;"
                    + " put these files beside the tars here, too");
        }
    }

    private static String hash(Shards shards, List<ShardSummary> summaries) {
        ContentHash hash =
                new ContentHash("tinyclip webdataset 2").add(shards.present().count());
        shards.present().forEach(shard -> hash.add(summaries.get(shard).contentHash()));
        return hash.hex();
    }

    private static String hashOfCounts(Shards shards, Reading reading) {
        ContentHash hash = new ContentHash("tinyclip webdataset counts 1").add(Shard.rules(reading));
        hash.add(shards.count());
        for (int shard = 0; shard < shards.count(); shard++) {
            hash.add(shards.count(shard));
        }
        return hash.hex();
    }
}
