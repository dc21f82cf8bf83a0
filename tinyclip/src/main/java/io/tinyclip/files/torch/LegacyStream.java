package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.torch.Contents.Extent;
import io.tinyclip.files.torch.Value.Mapping;
import io.tinyclip.files.torch.Value.Plain;
import io.tinyclip.files.torch.Value.Sequence;
import io.tinyclip.files.torch.Value.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * What {@code torch.save} wrote before 1.6: five pickles (a magic number, the protocol, the system, the object, the keys
 * of the storages), then each storage as its number of elements in 8 bytes and the elements.
 */
final class LegacyStream {
    /** LONG1 of the magic number 0x1950a86a20f9469cfc6c, and STOP. */
    private static final byte[] MAGIC = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa850192e");

    private static final int PROTO = 0x80;
    private static final int FRAMED = 11;
    private static final int UNFRAMED = 2;
    private static final long PROTOCOL = 1001;

    private final FileChannel channel;
    private final PickleInput input;
    private final Globals globals = new Globals(false);

    private LegacyStream(FileChannel channel, String where) throws IOException {
        this.channel = channel;
        int head = (int) Math.min(channel.size(), Contents.LONGEST_PICKLE);
        this.input = new PickleInput(StoredValues.bytes(channel, 0, head), where);
    }

    /** Whether a file begins with the magic number; newer pickle protocols put a frame around it. */
    static boolean begins(ByteBuffer head) {
        return head.remaining() > 0
                && Byte.toUnsignedInt(head.get(head.position())) == PROTO
                && (magicAt(head, UNFRAMED) || magicAt(head, FRAMED));
    }

    private static boolean magicAt(ByteBuffer head, int at) {
        return head.remaining() >= at + MAGIC.length
                && head.slice(head.position() + at, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** What an open file holds, which {@link #begins} so; {@code where} is for complaints. */
    static Contents read(FileChannel channel, String where) throws IOException {
        return new LegacyStream(channel, where).contents();
    }

    private Contents contents() throws IOException {
        Pickle.load(input, globals);
        if (!(Pickle.load(input, globals) instanceof Plain version)
                || !version.value().equals(PROTOCOL)) {
            throw input.invalid("expected PyTorch's stream protocol " + PROTOCOL + "; save the file with a newer one");
        }
        ByteOrder order = order(Pickle.load(input, globals));
        Value root = Pickle.load(input, globals);
        return new Contents(root, order, storages(Pickle.load(input, globals), order), false);
    }

    private ByteOrder order(Value system) {
        if (system instanceof Mapping fields && fields.items().get("little_endian") instanceof Plain little) {
            return little.value().equals(true) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        }
        throw input.invalid("the third pickle must say whether the file is little_endian: the file is damaged");
    }

    /** How long an element is says only the class that the object's pickle gave the storage. */
    private Map<String, Extent> storages(Value keys, ByteOrder order) throws IOException {
        if (!(keys instanceof Sequence sequence)) {
            throw input.invalid("the fifth pickle must list the storages: the file is damaged");
        }
        Map<String, Storage> known = globals.storages();
        Map<String, Extent> extents = new HashMap<>();
        long position = input.position();
        for (Value key : sequence.items()) {
            Storage storage = key instanceof Plain plain ? known.get(String.valueOf(plain.value())) : null;
            if (storage == null) {
                throw input.invalid("a storage is listed that no tensor has: the file is damaged");
            }
            Extent extent = extent(storage, position, order);
            extents.put(storage.key(), extent);
            position = extent.position() + extent.bytes();
        }
        return extents;
    }

    private Extent extent(Storage storage, long position, ByteOrder order) throws IOException {
        long left = channel.size() - position - Long.BYTES;
        long most = left / storage.type().bytes();
        long count = left < 0
                ? -1
                : StoredValues.bytes(channel, position, Long.BYTES).order(order).getLong();
        if (count < 0 || count > most) {
            throw input.invalid("storage [" + storage.key() + "] of [" + storage.count()
                    + "] elements: expected its size at byte " + position + " and its elements behind it, found "
                    + Math.max(0, left) + " bytes: the file is cut short, get it again");
        }
        return new Extent(position + Long.BYTES, count * storage.type().bytes());
    }
}
