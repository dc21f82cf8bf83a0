package io.tinyclip.data;

import io.tinyclip.data.index.ContentHash;
import io.tinyclip.data.index.ShardIndex;
import java.util.List;

/** What the content hash was in the first version, so that runs that began with it go on. */
final class FirstContentHash {
    private FirstContentHash() {}

    /** SHA-256, in hex, over names and sizes of tars, keys, places of pictures, and captions. Reads all indexes. */
    static String of(Shards shards) {
        ContentHash hash = new ContentHash("tinyclip webdataset 1");
        for (int shard : shards.present().toArray()) {
            ShardIndex index = shards.load(shard);
            hash.add(shards.blob(shard).name());
            hash.add(index.summary().stamp().size());
            for (int sample = 0; sample < index.size(); sample++) {
                hash.add(index.key(sample)).add(index.offset(sample)).add(index.length(sample));
                List<String> captions = index.captions(sample);
                hash.add(captions.size());
                captions.forEach(hash::add);
            }
        }
        return hash.hex();
    }
}
