package io.tinyclip.data.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.IndexMode;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.data.Reading;
import io.tinyclip.data.ShardReading;
import io.tinyclip.data.TarWriter;
import io.tinyclip.data.WebDataset;
import io.tinyclip.data.index.IndexStore;
import io.tinyclip.step.ShardPin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of which some are first read when a step needs them, one behind the other. */
final class MixturePinsTest {
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    @TempDir
    Path folder;

    @Test
    void shardsAreNumberedThroughAllSources() throws IOException {
        for (String tar : List.of("a", "b", "c")) {
            try (TarWriter out = new TarWriter(folder.resolve(tar + ".tar"))) {
                out.add("x.jpg", JPEG).add("x.txt", "caption " + tar);
            }
        }
        Files.writeString(folder.resolve("sizes.json"), "{\"a.tar\": 1, \"b.tar\": 1, \"c.tar\": 1}");
        PairDataset data = open(IndexMode.FIRST_READ);
        assertEquals(3, data.shardsToPin());
        List<ShardPin> pins = IntStream.range(0, data.size())
                .mapToObj(pair -> data.pin(pair).orElseThrow())
                .toList();
        assertEquals(List.of(0, 1, 0, 1, 2), pins.stream().map(ShardPin::shard).toList(), "a and b twice, then c");
        assertEquals(3, pins.stream().map(ShardPin::hash).distinct().count());
        assertEquals(folder + "/c.tar", pins.get(4).tar());
        assertTrue(IndexMode.isByCounts(data.contentHash()));
        PairDataset before = open(IndexMode.AUTO);
        assertFalse(IndexMode.isByCounts(before.contentHash()));
        assertEquals(Optional.empty(), before.pin(4));
    }

    private PairDataset open(IndexMode when) {
        WebDataset.Opening how = new WebDataset.Opening(
                ReadOrder.AUTO, new IndexStore(Optional.empty()), ShardReading.SILENT, Reading.USUAL, when);
        return new PairSource("tinyclip.data.train", how).open(folder + "/{a,b}.tar::" + folder + "/c.tar", "2::1");
    }
}
