package io.tinyclip.data;

import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.Optional;

/** Whether pairs differ at all, without which nothing can be learned from telling them apart. */
public final class Variety {
    /** Pairs that are looked at at most; of ordinary data, two tell. */
    private static final int SAMPLE = 64;

    /** The same crop and colours of all, so that equal pictures are equal. */
    private static final long KEY = 1;

    private static final Preprocessing SMALL = Preprocessing.clip(32);

    private Variety() {}

    /**
     * Looks at pairs all over the data until two pictures and two captions differ.
     *
     * @param setting names the data in messages
     * @throws InvalidInputException if there is one pair, none has a picture that can be used, or all that were looked at have
     *     one picture or one caption
     */
    public static void require(Dataset data, String setting) {
        if (data.size() == 1) {
            throw refusal(setting, "is one pair");
        }
        int looks = Math.min(SAMPLE, data.size());
        Optional<Sample> first = Optional.empty();
        boolean pictures = false;
        boolean captions = false;
        for (int i = 0; i < looks && !(pictures && captions); i++) {
            Optional<Sample> found = sample(data, (int) ((long) data.size() * i / looks));
            if (first.isPresent() && found.isPresent()) {
                pictures |= !Arrays.equals(
                        first.get().image().rgb(), found.get().image().rgb());
                captions |= !first.get().caption().equals(found.get().caption());
            }
            first = first.or(() -> found);
        }
        String some = "has among [" + looks + "] pairs ";
        Sample any = first.orElseThrow(() -> refusal(setting, some + "no picture that can be used"));
        if (!pictures || !captions) {
            throw refusal(setting, some + (pictures ? "one caption, [" + any.caption() + "]" : "one picture"));
        }
    }

    private static Optional<Sample> sample(Dataset data, int index) {
        try {
            return Optional.of(data.view(index, KEY, SMALL));
        } catch (BadPictureException e) {
            return Optional.empty();
        }
    }

    private static InvalidInputException refusal(String setting, String what) {
        return new InvalidInputException(
                setting + " " + what + ", from which nothing can be learned; give pairs that differ from each other");
    }
}
