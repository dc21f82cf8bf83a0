package io.tinyclip.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many samples tars hold, as files beside them say: {@code sizes.json}, with a number for the name of each tar in its folder,
 * as OpenCLIP reads it; else {@code NAME_stats.json} for {@code NAME.tar}, as img2dataset writes it, with its {@code successes}.
 * May be asked by several threads at once.
 */
final class DeclaredCounts {
    private static final String SIZES = "sizes.json";
    private static final String STATS = "_stats.json";
    private static final String SUCCESSES = "successes";
    private static final String TAR = ".tar";
    /** Most bytes of such a file; enough for two million tars. */
    private static final int MOST_BYTES = 1 << 26;

    private final String setting;
    private final Map<String, Optional<JsonObject>> sizes = new ConcurrentHashMap<>();

    /** @param setting names the tars in messages */
    DeclaredCounts(String setting) {
        this.setting = setting;
    }

    /**
     * The number for a tar.
     *
     * @param place a path or an address; one with a query names nothing beside it
     * @return empty where nothing says it
     * @throws InvalidInputException if a file that is there says what cannot be
     * @throws UncheckedIOException if one cannot be read from this machine
     */
    OptionalInt of(String place) {
        int folder = place.lastIndexOf('/') + 1;
        if (Storage.isRemote(place) && place.indexOf('?') >= 0) {
            return OptionalInt.empty();
        }
        String name = place.substring(folder);
        String beside = place.substring(0, folder);
        Optional<JsonObject> all = sizes.computeIfAbsent(beside, it -> read(it + SIZES));
        if (all.isPresent() && all.get().has(name)) {
            return OptionalInt.of(number(all.get().get(name), name, beside + SIZES));
        }
        if (!name.endsWith(TAR)) {
            return OptionalInt.empty();
        }
        String stats = beside + name.substring(0, name.length() - TAR.length()) + STATS;
        Optional<JsonObject> own = read(stats);
        return own.isPresent()
                ? OptionalInt.of(number(own.get().get(SUCCESSES), SUCCESSES, stats))
                : OptionalInt.empty();
    }

    private int number(@Nullable JsonElement element, String name, String file) {
        try {
            // OpenCLIP takes numbers that are written as texts, too.
            int number =
                    element instanceof JsonPrimitive one ? one.getAsBigDecimal().intValueExact() : -1;
            if (number >= 0) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw refusal(name, file);
        }
        throw refusal(name, file);
    }

    private InvalidInputException refusal(String name, String file) {
        return new InvalidInputException("[" + name + "] in [" + Location.shown(file) + "], beside tars of " + setting
                + ", must be a whole number from 0 to " + Integer.MAX_VALUE
                + "; mend or remove the file, or set tinyclip.data.index = before");
    }

    private Optional<JsonObject> read(String place) {
        Blob file = Storage.open(place, setting);
        try {
            long size = file.size();
            if (size > MOST_BYTES) {
                throw noCounts(place, "has [" + size + "] bytes, above [" + MOST_BYTES + "]");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.read(0, bytes);
            String text = new String(bytes.array(), StandardCharsets.UTF_8);
            if (JsonParser.parseString(text) instanceof JsonObject object) {
                return Optional.of(object);
            }
            throw noCounts(place, "is no object of JSON");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            throw noCounts(place, "is no object of JSON");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "counts of tars of " + setting + " cannot be read from [" + Location.shown(place) + "] (" + e + ")",
                    e);
        }
    }

    private InvalidInputException noCounts(String place, String why) {
        return new InvalidInputException("[" + Location.shown(place) + "], beside tars of " + setting + ", " + why
                + " and gives no counts; mend or remove it, or set tinyclip.data.index = before");
    }
}
