package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.Sampler;
import io.tinyclip.data.Views;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.files.Model;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.step.BadSample;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import io.tinyclip.text.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns the pairs of a partition into the arrays that a kernel takes. A pair whose picture is bad has no row in them: what is
 * bad depends on its bytes alone, so whoever loads the partition leaves out the same.
 */
final class BatchLoader {
    private final Dataset data;
    private final Sampler sampler;
    private final Inputs inputs;
    private final int partitionSize;
    private volatile StepPins stepPins = new StepPins(-1, List.of());

    private record StepPins(long step, List<ShardPin> pins) {}

    /** How pictures and texts become numbers, for one model or for a teacher and its students. */
    static final class Inputs {
        private final Tokenizer tokenizer;
        private final TokenRows rows;
        private final Preprocessing preprocessing;
        private final PictureTensors pictures;
        private final int contextLength;

        /** @param pictures of the preprocessing's size */
        Inputs(TokenRows rows, Preprocessing preprocessing, int contextLength, PictureTensors pictures) {
            this(Tokenizer.clip(), rows, preprocessing, contextLength, pictures);
        }

        private Inputs(
                Tokenizer tokenizer,
                TokenRows rows,
                Preprocessing preprocessing,
                int contextLength,
                PictureTensors pictures) {
            this.tokenizer = tokenizer;
            this.rows = rows;
            this.preprocessing = preprocessing;
            this.pictures = pictures;
            this.contextLength = contextLength;
        }

        /** Those of a model; where its token table was cut, texts are cut up into what is left. */
        static Inputs of(Model model, PictureTensors pictures) {
            TextTower text = model.shape().text();
            Tokenizer tokenizer = model.cut()
                    .map(rows -> Tokenizer.clip().within(rows.tokens()))
                    .orElseGet(Tokenizer::clip);
            TokenRows rows = model.cut().orElseGet(() -> TokenRows.all(text.vocabulary()));
            return new Inputs(tokenizer, rows, model.preprocessing(), text.contextLength(), pictures);
        }

        Preprocessing preprocessing() {
            return preprocessing;
        }

        /** (B, 3, S, S) */
        Tensor images(TensorScope scope, List<RgbImage> images) {
            return pictures.of(scope, images);
        }

        TextBatch texts(List<String> texts) {
            return texts(texts, texts.stream().map(this::tokens).toList());
        }

        private TextBatch texts(List<String> texts, List<int[]> tokens) {
            return TextBatch.of(texts, tokens, contextLength, rows);
        }

        private int[] tokens(String text) {
            return tokenizer.encode(text, contextLength);
        }
    }

    BatchLoader(Dataset data, Sampler sampler, Inputs inputs, int partitionSize) {
        this.data = data;
        this.sampler = sampler;
        this.inputs = inputs;
        this.partitionSize = partitionSize;
    }

    /**
     * Of the pairs that a partition has: pixels (B, 3, S, S), tokens (B, L), ends (B).
     *
     * @param empty places in the partition whose pair cannot be used, rising
     * @param leftOut those pairs
     */
    record Arrays(Tensor pixels, Tensor tokens, Tensor ends, List<Integer> empty, LeftOut leftOut) {
        boolean isEmpty() {
            return ends.size() == 0;
        }
    }

    /**
     * A place of a partition.
     *
     * @param pair or else what is wrong with it
     */
    record Place(int place, Optional<Pair> pair, Optional<BadSample> bad) {}

    /** A sample, and its caption's tokens. */
    private record Pair(Sample sample, int[] tokens) {}

    int partitionSize() {
        return partitionSize;
    }

    Arrays load(TensorScope scope, long step, int partition) {
        return arrays(scope, places(step, partition));
    }

    /** @param places of a partition, in their order */
    Arrays arrays(TensorScope scope, List<Place> places) {
        List<Pair> pairs = places.stream().flatMap(place -> place.pair.stream()).toList();
        List<Sample> samples = pairs.stream().map(Pair::sample).toList();
        List<Place> bad = places.stream().filter(place -> place.bad.isPresent()).toList();
        TextBatch text = inputs.texts(
                samples.stream().map(Sample::caption).toList(),
                pairs.stream().map(Pair::tokens).toList());
        return new Arrays(
                inputs.images(scope, samples.stream().map(Sample::image).toList()),
                scope.longs(text.rows(), samples.size(), text.length()),
                scope.longs(text.ends()),
                bad.stream().map(Place::place).toList(),
                LeftOut.of(bad.stream().flatMap(place -> place.bad.stream()).toList()));
    }

    /** A partition's places, one after the other. */
    List<Place> places(long step, int partition) {
        Views views = gather(step, partition);
        return IntStream.range(0, partitionSize)
                .mapToObj(place -> place(views, step, partition, place))
                .toList();
    }

    /** Reads what a partition's places take. */
    Views gather(long step, int partition) {
        return data.gather(IntStream.range(0, partitionSize)
                .map(place -> sampler.index(step, partition * partitionSize + place))
                .toArray());
    }

    Place place(Views views, long step, int partition, int place) {
        int position = partition * partitionSize + place;
        int index = sampler.index(step, position);
        try {
            Sample sample = views.view(index, sampler.viewKey(step, position), inputs.preprocessing);
            Pair pair = new Pair(sample, inputs.tokens(sample.caption()));
            return new Place(place, Optional.of(pair), Optional.empty());
        } catch (BadPictureException e) {
            SampleLabel label = data.label(index);
            return new Place(place, Optional.empty(), Optional.of(new BadSample(label.tar(), label.key(), e.reason())));
        }
    }

    /** Of the shards of all positions of the step, each once. */
    List<ShardPin> pins(long step, int batch) {
        StepPins known = stepPins;
        if (known.step != step) {
            known = new StepPins(step, pins(step, 0, batch));
            stepPins = known;
        }
        return known.pins;
    }

    /** Of the shards of some positions of the step, each once. */
    List<ShardPin> pins(long step, int first, int count) {
        if (data.shardsToPin() == 0) {
            return List.of();
        }
        Map<Integer, ShardPin> pins = new TreeMap<>();
        for (int position = first; position < first + count; position++) {
            data.pin(sampler.index(step, position)).ifPresent(pin -> pins.put(pin.shard(), pin));
        }
        return List.copyOf(pins.values());
    }

    /** (N) the identities of the step's pairs, in order. */
    long[] identities(long step, int batch) {
        long[] identities = new long[batch];
        for (int i = 0; i < batch; i++) {
            identities[i] = data.identity(sampler.index(step, i));
        }
        return identities;
    }
}
