package io.tinyclip.data;

import io.tinyclip.data.index.ContentHash;
import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardSummary;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs in WebDataset tars: {@code key.jpg|jpeg|png|webp} or {@code gif|bmp|tif} with {@code key.txt} or {@code key.json}, see
 * {@link Captions}; of several captions a view picks one. A tar is read once, for its index; from then on opening reads the heads of indexes, and a view
 * the bytes of its picture, which are held against their checksum. Pairs are in the order of the tars in the pattern, then of
 * their first members.
 */
public final class WebDataset implements PairDataset {
    private static final Logger LOG = LoggerFactory.getLogger(WebDataset.class);
    private static final long CROP = 0x63726f70L;
    private static final long CAPTION = 0x63617074696f6eL;

    private final Shards shards;
    private final Content content;
    private final boolean byShards;
    private final PictureRules rules;

    /**
     * How tars are opened.
     *
     * @param order in which a pass sees the pairs
     * @param indexes where the indexes of tars are kept
     * @param progress hears how far tars without an index are read
     * @param reading how members become pairs
     */
    public record Opening(ReadOrder order, IndexStore indexes, ShardReading progress, Reading reading) {
        /** Indexes beside the tars, where that is possible. */
        public static final Opening USUAL = usual(Reading.USUAL);

        /** The same where members become pairs in another way. */
        public static Opening usual(Reading reading) {
            return new Opening(ReadOrder.AUTO, new IndexStore(Optional.empty()), ShardReading.SILENT, reading);
        }
    }

    /** What decides the views, and how it is called. */
    private record Content(String hash, boolean reduced) {
        Content atReducedScale() {
            return new Content(reducedScale(2, hash), true);
        }

        /** The hash of a shard whose views are decided in the same way. */
        String ofShard(String shard) {
            return reduced
                    ? new ContentHash("tinyclip shard at reduced scale")
                            .add(shard)
                            .hex()
                    : shard;
        }

        static String reducedScale(int version, String hash) {
            return new ContentHash("tinyclip webdataset " + version + " at reduced scale")
                    .add(hash)
                    .hex();
        }
    }

    private WebDataset(Shards shards, Content content, boolean byShards, PictureRules rules) {
        this.shards = shards;
        this.content = content;
        this.byShards = byShards;
        this.rules = rules;
    }

    /** As {@link #open(String, String, Opening)}, with what is usual. */
    public static WebDataset open(String pattern, String setting) {
        return open(pattern, setting, Opening.USUAL);
    }

    /**
     * Opens the tars of a pattern.
     *
     * @param pattern paths or addresses with braces, {@code a/{000..041}.tar} or {@code {x,y}.tar}, sources joined by {@code ::}
     * @param setting names the pattern in messages, {@code tinyclip.data.train}
     * @throws InvalidInputException if a tar is missing, truncated or damaged and not to be left out, or if no pair is found
     */
    public static WebDataset open(String pattern, String setting, Opening how) {
        List<Blob> tars = ShardPattern.expand(pattern, setting).stream()
                .map(place -> Storage.open(place, setting))
                .toList();
        String shown = Location.shown(pattern);
        Shards shards = new ShardOpening(tars, setting, how.indexes(), how.reading()).open(how.progress());
        Leftovers leftovers = new Leftovers();
        shards.summaries().forEach(shard -> leftovers.add(shard.remarks()));
        ContentHash hash =
                new ContentHash("tinyclip webdataset 2").add(shards.present().count());
        shards.present().forEach(shard -> hash.add(shards.summaries().get(shard).contentHash()));
        if (shards.size() == 0) {
            throw new InvalidInputException("samples [0] in " + setting + " [" + shown + "]" + leftovers
                    + "; check the path and that members are named key.jpg, .png or .webp, and key.txt or .json, without"
                    + " another dot in the name");
        }
        if (leftovers.any()) {
            LOG.warn("{} [{}]: {} samples are used{}", setting, shown, shards.size(), leftovers);
        }
        return new WebDataset(
                shards, new Content(hash.hex(), false), how.order().byShards(tars.size()), PictureRules.USUAL);
    }

    @Override
    public WebDataset atReducedScale() {
        return new WebDataset(shards, content.atReducedScale(), byShards, rules);
    }

    @Override
    public WebDataset under(PictureRules other) {
        return new WebDataset(shards, content, byShards, other);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Earlier versions named the content by the names and sizes of tars, and the places of pictures, but not by pictures;
     * and they read pairs in any order.
     */
    @Override
    public Dataset knownAs(String hash) {
        if (hash.equals(content.hash)) {
            return this;
        }
        String first = FirstContentHash.of(shards);
        String earlier = content.reduced ? Content.reducedScale(1, first) : first;
        return hash.equals(earlier) ? new WebDataset(shards, new Content(hash, content.reduced), false, rules) : this;
    }

    @Override
    public int size() {
        return shards.size();
    }

    /** Covers keys, captions and the bytes of pictures; tars count by what is in them, not by names or places. */
    @Override
    public String contentHash() {
        return content.hash;
    }

    @Override
    public SampleContent content(int index) {
        int shard = shards.holder(index);
        ShardSummary summary = shards.summaries().get(shard);
        return new SampleContent(content.ofShard(summary.contentHash()), index - shards.start(shard), summary.count());
    }

    @Override
    public int[] shards() {
        return byShards ? shards.starts() : new int[0];
    }

    /**
     * {@inheritDoc}
     *
     * @throws BadPictureException if the picture is damaged or too large, naming tar and key
     * @throws InvalidInputException if its tar has changed since its index was made, or the rules refuse what is bad
     */
    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        Shards.Place place = shards.place(index);
        return view(place, picture(place), key, preprocessing);
    }

    @Override
    public Views gather(int[] indices) {
        ShardRuns runs = ShardRuns.read(
                shards, Arrays.stream(indices).mapToObj(shards::place).toList());
        return (index, key, preprocessing) -> {
            Shards.Place place = shards.place(index);
            byte[] file = runs.picture(place)
                    .filter(read -> place.index().matches(place.sample(), read))
                    .orElseGet(() -> picture(place));
            return view(place, file, key, preprocessing);
        };
    }

    private Sample view(Shards.Place place, byte[] file, long key, Preprocessing preprocessing) {
        List<String> captions = captions(place);
        String caption = captions.get(Counter.below(Counter.key(key, CAPTION), 0, captions.size()));
        RgbImage image = rules.decode(
                most -> preprocessing.training(file, where(place), Counter.key(key, CROP), content.reduced, most));
        return new Sample(image, caption);
    }

    @Override
    public RgbImage plain(int index, Preprocessing preprocessing) {
        Shards.Place place = shards.place(index);
        return preprocessing.evaluation(picture(place), where(place));
    }

    @Override
    public List<String> captions(int index) {
        return captions(shards.place(index));
    }

    @Override
    public long identity(int index) {
        Shards.Place place = shards.place(index);
        return place.index().identity(place.sample());
    }

    @Override
    public void forEachText(Consumer<String> text) {
        for (ShardIndex index : shards.indexes()) {
            for (int sample = 0; sample < index.size(); sample++) {
                index.captions(sample).forEach(text);
            }
        }
    }

    /** Nothing is held open: a shared channel would be closed for all when one reading thread is interrupted. */
    @Override
    public void close() {}

    @Override
    public SampleLabel label(int index) {
        Shards.Place place = shards.place(index);
        return new SampleLabel(
                shards.blob(place.shard()).location(), place.index().key(place.sample()));
    }

    private static List<String> captions(Shards.Place place) {
        return place.index().captions(place.sample());
    }

    private String where(Shards.Place place) {
        return "[" + place.index().key(place.sample()) + "] of tar ["
                + shards.blob(place.shard()).location() + "]";
    }

    /**
     * A picture's file, whose bytes are those that were indexed.
     *
     * @throws InvalidInputException if the tar has changed, which it has for everybody who reads it
     * @throws UncheckedIOException if this machine cannot read it
     */
    private byte[] picture(Shards.Place place) {
        ShardIndex index = place.index();
        Blob tar = shards.blob(place.shard());
        String what = "the picture of [" + index.key(place.sample()) + "] at byte " + index.offset(place.sample());
        ByteBuffer bytes = ByteBuffer.allocate(index.length(place.sample()));
        try {
            tar.read(index.offset(place.sample()), bytes);
        } catch (IOException e) {
            throw ChangedShard.unread(tar, what, e);
        }
        if (!index.matches(place.sample(), bytes.array())) {
            throw ChangedShard.changed(tar, what + " has other bytes", shards.indexPlace(place.shard()));
        }
        return bytes.array();
    }
}
