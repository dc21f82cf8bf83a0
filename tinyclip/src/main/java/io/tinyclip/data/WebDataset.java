package io.tinyclip.data;

import io.tinyclip.data.index.IndexStore;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Pairs in WebDataset tars: {@code key.jpg|jpeg|png|webp} or {@code gif|bmp|tif} with {@code key.txt} or {@code key.json}, see
 * {@link Captions}; of several captions a view picks one. A tar is read once, for its index; from then on opening reads the heads of indexes, and a view
 * the bytes of its picture, which are held against their checksum. Pairs are in the order of the tars in the pattern, then of
 * their first members.
 */
public final class WebDataset implements PairDataset {
    private static final long CROP = 0x63726f70L;
    private static final long CAPTION = 0x63617074696f6eL;
    private static final long MISSING = 0x6d697373696e67L;

    private final Shards shards;
    private final TarContent content;
    private final boolean byShards;
    private final PictureRules rules;

    /**
     * How tars are opened.
     *
     * @param order in which a pass sees the pairs
     * @param indexes where the indexes of tars are kept
     * @param progress hears how far tars without an index are read
     * @param reading how members become pairs
     * @param when tars are read
     */
    public record Opening(ReadOrder order, IndexStore indexes, ShardReading progress, Reading reading, IndexMode when) {
        /** Indexes beside the tars, where that is possible. */
        public static final Opening USUAL = usual(Reading.USUAL);

        /** All tars are read before the first pair is asked for. */
        public Opening(ReadOrder order, IndexStore indexes, ShardReading progress, Reading reading) {
            this(order, indexes, progress, reading, IndexMode.BEFORE);
        }

        /** The same in another order. */
        public Opening in(ReadOrder other) {
            return new Opening(other, indexes, progress, reading, when);
        }

        /** The same where members become pairs in another way. */
        public static Opening usual(Reading reading) {
            return new Opening(ReadOrder.AUTO, new IndexStore(Optional.empty()), ShardReading.SILENT, reading);
        }
    }

    private WebDataset(Shards shards, TarContent content, boolean byShards, PictureRules rules) {
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
        TarSet tars = TarSet.open(pattern, setting, how);
        return new WebDataset(
                tars.shards(),
                new TarContent(tars.contentHash(), false),
                how.order().byShards(tars.shards().count()),
                PictureRules.USUAL);
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
        if (hash.equals(content.hash()) || IndexMode.isByCounts(content.hash())) {
            return this;
        }
        String first = FirstContentHash.of(shards);
        String earlier = content.reduced() ? TarContent.reducedScale(1, first) : first;
        return hash.equals(earlier)
                ? new WebDataset(shards, new TarContent(hash, content.reduced()), false, rules)
                : this;
    }

    @Override
    public int size() {
        return shards.size();
    }

    /**
     * {@inheritDoc} Keys, captions and the bytes of pictures; tars count by what is in them, not by names or places. Where they are
     * read when they are first needed, the number of samples in each and the rules by which members become samples.
     */
    @Override
    public String contentHash() {
        return content.hash();
    }

    @Override
    public SampleContent content(int index) {
        Shards.Place place = shards.place(index);
        String hash = content.ofShard(place.index().summary().contentHash());
        return new SampleContent(hash, place.sample(), shards.count(place.shard()));
    }

    @Override
    public int[] shards() {
        return byShards ? shards.starts() : new int[0];
    }

    @Override
    public int shardsToPin() {
        return IndexMode.isByCounts(content.hash()) ? shards.count() : 0;
    }

    @Override
    public Optional<ShardPin> pin(int index) {
        return shards.pin(index);
    }

    @Override
    public long heapBytes() {
        return shards.heapBytes();
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
        return view(place, () -> picture(place), key, preprocessing);
    }

    @Override
    public Views gather(int[] indices) {
        ShardRuns runs = ShardRuns.read(
                shards,
                Arrays.stream(indices)
                        .mapToObj(shards::place)
                        .filter(place -> !place.isMissing())
                        .toList());
        return (index, key, preprocessing) -> {
            Shards.Place place = shards.place(index);
            Supplier<byte[]> file = () -> runs.picture(place)
                    .filter(read -> place.index().matches(place.sample(), read))
                    .orElseGet(() -> picture(place));
            return view(place, file, key, preprocessing);
        };
    }

    private Sample view(Shards.Place place, Supplier<byte[]> picture, long key, Preprocessing preprocessing) {
        if (place.isMissing()) {
            rules.decode(most -> {
                throw missing(place);
            });
        }
        List<String> captions = captions(place);
        String caption = captions.get(Counter.below(Counter.key(key, CAPTION), 0, captions.size()));
        byte[] file = picture.get();
        RgbImage image = rules.decode(
                most -> preprocessing.training(file, where(place), Counter.key(key, CROP), content.reduced(), most));
        return new Sample(image, caption);
    }

    @Override
    public RgbImage plain(int index, Preprocessing preprocessing) {
        Shards.Place place = present(index);
        return preprocessing.evaluation(picture(place), where(place));
    }

    @Override
    public List<String> captions(int index) {
        return captions(present(index));
    }

    @Override
    public long identity(int index) {
        Shards.Place place = shards.place(index);
        // One that is missing is left out, and nobody's like.
        return place.isMissing() ? Counter.key(index, MISSING) : place.index().identity(place.sample());
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
        return new SampleLabel(shards.blob(place.shard()).location(), key(place));
    }

    private static String key(Shards.Place place) {
        return place.isMissing()
                ? "sample " + (place.sample() + 1)
                : place.index().key(place.sample());
    }

    private Shards.Place present(int index) {
        Shards.Place place = shards.place(index);
        if (place.isMissing()) {
            throw missing(place);
        }
        return place;
    }

    private BadPictureException missing(Shards.Place place) {
        return new BadPictureException("is not in its tar, which holds ["
                        + place.index().size() + "] samples that can be used and was counted to hold ["
                        + shards.count(place.shard()) + "]")
                .at(where(place));
    }

    private static List<String> captions(Shards.Place place) {
        return place.index().captions(place.sample());
    }

    private String where(Shards.Place place) {
        return "[" + key(place) + "] of tar [" + shards.blob(place.shard()).location() + "]";
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
