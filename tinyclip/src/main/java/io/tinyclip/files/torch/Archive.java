package io.tinyclip.files.torch;

import io.tinyclip.files.tensors.StoredValues;
import io.tinyclip.files.torch.Contents.Extent;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The zip that {@code torch.save} writes since 1.6, and {@code torch.jit.save}: {@code <any>/data.pkl}, a storage in each
 * of {@code <any>/data/<key>}, perhaps {@code <any>/byteorder}. TorchScript adds {@code constants.pkl} and code, which is
 * never read.
 */
final class Archive {
    private static final String PICKLE = "data.pkl";
    private static final String STORAGES = "data/";
    private static final String CONSTANTS = "constants.pkl";
    private static final String BYTE_ORDER = "byteorder";
    private static final int LONGEST_ORDER = 16;

    private final FileChannel channel;
    private final String where;
    private final ZipDirectory zip;
    private final String folder;

    private Archive(FileChannel channel, String where) throws IOException {
        this.channel = channel;
        this.where = where;
        this.zip = ZipDirectory.read(channel, where);
        String first = zip.entries().keySet().stream().findFirst().orElse("");
        this.folder = first.substring(0, first.indexOf('/') + 1);
    }

    /** What an open file holds; {@code where} is for complaints. */
    static Contents read(FileChannel channel, String where) throws IOException {
        return new Archive(channel, where).contents();
    }

    private Contents contents() throws IOException {
        ZipEntry pickle = entry(PICKLE)
                .orElseThrow(() -> new InvalidInputException("[" + where + "]: a zip file without [" + folder + PICKLE
                        + "] is no PyTorch file; check the path"));
        boolean modules = entry(CONSTANTS).isPresent();
        PickleInput input = new PickleInput(bytes(pickle, Contents.LONGEST_PICKLE), where);
        return new Contents(Pickle.load(input, new Globals(modules)), order(), storages(), modules);
    }

    private Map<String, Extent> storages() throws IOException {
        Map<String, Extent> storages = new HashMap<>();
        String prefix = folder + STORAGES;
        for (ZipEntry entry : zip.entries().values()) {
            if (entry.name().startsWith(prefix)) {
                storages.put(entry.name().substring(prefix.length()), zip.extent(entry));
            }
        }
        return storages;
    }

    private ByteOrder order() throws IOException {
        Optional<ZipEntry> entry = entry(BYTE_ORDER);
        if (entry.isEmpty()) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        ByteBuffer letters = bytes(entry.get(), LONGEST_ORDER);
        String order = StandardCharsets.US_ASCII.decode(letters).toString();
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new InvalidInputException("[" + where + " entry "
                        + entry.get().name() + "]: expected little or big, found [" + order + "]; get the file again");
        };
    }

    private Optional<ZipEntry> entry(String name) {
        return Optional.ofNullable(zip.entries().get(folder + name));
    }

    private ByteBuffer bytes(ZipEntry entry, int most) throws IOException {
        Extent extent = zip.extent(entry);
        if (extent.bytes() > most) {
            throw new InvalidInputException("[" + where + " entry " + entry.name() + "]: expected at most " + most
                    + " bytes, found " + extent.bytes() + "; load the file in PyTorch and save the state dict alone");
        }
        return StoredValues.bytes(channel, extent.position(), (int) extent.bytes());
    }
}
