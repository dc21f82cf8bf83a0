package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sampler;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.step.ShardPin;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which shards a partition, or a step, depends on. */
final class BatchPinsTest {
    private static final int BATCH = 8;
    private static final int PARTITION = 4;

    private final RandomPairs words = new RandomPairs();
    private final Dataset data = new Tens();
    private final Sampler sampler = new Sampler(data.size(), 1, BATCH, 1);
    private final BatchLoader loader = loader(data);

    @Test
    void aPartitionDependsOnTheShardsOfItsPairsAndAStepOnThoseOfAll() {
        for (int step = 0; step < 5; step++) {
            TreeSet<Integer> all = new TreeSet<>();
            for (int first = 0; first < BATCH; first += PARTITION) {
                List<Integer> expected = shards(step, first, PARTITION);
                assertEquals(expected, numbers(loader.pins(step, first, PARTITION)));
                all.addAll(expected);
            }
            assertEquals(List.copyOf(all), numbers(loader.pins(step, BATCH)));
            assertEquals(List.copyOf(all), numbers(loader.pins(step, BATCH)), "asked again");
        }
    }

    @Test
    void pairsWhoseContentIsKnownDependOnNoShard() {
        assertEquals(List.of(), loader(words).pins(0, BATCH));
        assertEquals(List.of(), loader(words).pins(0, 0, PARTITION));
    }

    private List<Integer> shards(long step, int first, int count) {
        return IntStream.range(first, first + count)
                .map(position -> sampler.index(step, position) / 10)
                .distinct()
                .sorted()
                .boxed()
                .toList();
    }

    private static List<Integer> numbers(List<ShardPin> pins) {
        return pins.stream().map(ShardPin::shard).toList();
    }

    private BatchLoader loader(Dataset source) {
        BatchLoader.Inputs inputs = new BatchLoader.Inputs(
                words.rows(8), Preprocessing.clip(8), 8, PictureTensors.inPlace(Preprocessing.clip(8)));
        return new BatchLoader(source, sampler, inputs, PARTITION);
    }

    /** Ten pairs in each shard. */
    private class Tens extends OtherPairs {
        Tens() {
            super(words);
        }

        @Override
        public String contentHash() {
            return "counts-tens";
        }

        @Override
        public int shardsToPin() {
            return size() / 10;
        }

        @Override
        public Optional<ShardPin> pin(int index) {
            return Optional.of(new ShardPin(index / 10, "00".repeat(32), index / 10 + ".tar"));
        }
    }
}
