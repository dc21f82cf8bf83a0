package io.tinyclip.data.source;

import io.tinyclip.data.IndexMode;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleContent;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.Views;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.step.ShardPin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Several sources one behind the other, each as often as its weight says: a pair of weight w is w pairs, each with crops of its
 * own.
 */
final class Mixture implements PairDataset {
    private static final long COPY = 0x636f7079L;

    private final List<PairDataset> parts;
    private final List<Integer> copies;
    /** The first index of each part, and the size behind them. */
    private final int[] starts;

    /** @param copies of each part, 1 or more */
    Mixture(List<PairDataset> parts, List<Integer> copies) {
        this.parts = List.copyOf(parts);
        this.copies = List.copyOf(copies);
        this.starts = new int[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            long end = starts[i] + (long) parts.get(i).size() * copies.get(i);
            if (end > Integer.MAX_VALUE) {
                throw new InvalidInputException("the sources hold [" + end + "] pairs with their weights, at most ["
                        + Integer.MAX_VALUE + "] can be used; lower tinyclip.data.upsampling or name fewer sources");
            }
            starts[i + 1] = (int) end;
        }
        IndexMode.requireFew(shardsToPin(), "the sources");
    }

    private record Place(int number, PairDataset part, int index, int copy) {
        long key(long key) {
            return copy == 0 ? key : Counter.key(key, COPY, copy);
        }
    }

    private Place place(int index) {
        int part = 0;
        while (starts[part + 1] <= index) {
            part++;
        }
        int size = parts.get(part).size();
        int within = index - starts[part];
        return new Place(part, parts.get(part), within % size, within / size);
    }

    @Override
    public int size() {
        return starts[parts.size()];
    }

    @Override
    public String contentHash() {
        ContentHash hash = new ContentHash("tinyclip mixture 1").add(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            hash.add(copies.get(i)).add(parts.get(i).contentHash());
        }
        boolean byCounts = parts.stream().map(PairDataset::contentHash).anyMatch(IndexMode::isByCounts);
        return byCounts ? IndexMode.byCounts(hash.hex()) : hash.hex();
    }

    @Override
    public int shardsToPin() {
        return parts.stream().mapToInt(PairDataset::shardsToPin).sum();
    }

    /** {@inheritDoc} Those of each part come behind those of the parts before. */
    @Override
    public Optional<ShardPin> pin(int index) {
        Place place = place(index);
        int before = 0;
        for (PairDataset part : parts) {
            if (part == place.part) {
                break;
            }
            before += part.shardsToPin();
        }
        int first = before;
        return place.part.pin(place.index).map(pin -> new ShardPin(first + pin.shard(), pin.hash(), pin.tar()));
    }

    @Override
    public long heapBytes() {
        return parts.stream().mapToLong(PairDataset::heapBytes).sum();
    }

    /** {@inheritDoc} The first copy is called as the pair would be alone. */
    @Override
    public SampleContent content(int index) {
        Place place = place(index);
        SampleContent alone = place.part.content(place.index);
        if (place.copy == 0) {
            return alone;
        }
        String hash = new ContentHash("tinyclip copy")
                .add(alone.hash())
                .add(place.copy)
                .hex();
        return new SampleContent(hash, alone.place(), alone.count());
    }

    @Override
    public PairDataset atReducedScale() {
        return new Mixture(parts.stream().map(PairDataset::atReducedScale).toList(), copies);
    }

    @Override
    public PairDataset under(PictureRules rules) {
        return new Mixture(parts.stream().map(part -> part.under(rules)).toList(), copies);
    }

    /** {@inheritDoc} The first copy has the views that the pair would have alone. */
    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        Place place = place(index);
        return place.part.view(place.index, place.key(key), preprocessing);
    }

    @Override
    public Views gather(int[] indices) {
        Map<Integer, Views> gathered = new HashMap<>();
        Map<Integer, List<Place>> byPart =
                Arrays.stream(indices).mapToObj(this::place).collect(Collectors.groupingBy(Place::number));
        byPart.forEach((number, places) -> gathered.put(
                number,
                parts.get(number).gather(places.stream().mapToInt(Place::index).toArray())));
        return (index, key, preprocessing) -> {
            Place place = place(index);
            return Objects.requireNonNull(gathered.get(place.number), "a pair that was not gathered")
                    .view(place.index, place.key(key), preprocessing);
        };
    }

    @Override
    public SampleLabel label(int index) {
        Place place = place(index);
        return place.part.label(place.index);
    }

    @Override
    public RgbImage plain(int index, Preprocessing preprocessing) {
        Place place = place(index);
        return place.part.plain(place.index, preprocessing);
    }

    @Override
    public List<String> captions(int index) {
        Place place = place(index);
        return place.part.captions(place.index);
    }

    @Override
    public long identity(int index) {
        Place place = place(index);
        return place.part.identity(place.index);
    }

    @Override
    public void forEachText(Consumer<String> text) {
        parts.forEach(part -> part.forEachText(text));
    }

    @Override
    public void close() {
        parts.forEach(PairDataset::close);
    }
}
