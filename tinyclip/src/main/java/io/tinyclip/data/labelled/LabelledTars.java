package io.tinyclip.data.labelled;

import io.tinyclip.data.PairDataset;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.WebDataset;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.regex.Pattern;

/** WebDataset tars with {@code key.cls} beside each picture: the number of its class, in digits. Pictures stay in the tars. */
public final class LabelledTars implements LabelledPictures {
    private static final Pattern LABEL = Pattern.compile("[0-9]{1,9}");

    private final PairDataset pairs;
    private final int[] labels;

    private LabelledTars(PairDataset pairs) {
        this.pairs = pairs;
        this.labels = new int[pairs.size()];
        for (int i = 0; i < labels.length; i++) {
            String label = pairs.captions(i).get(0);
            if (!LABEL.matcher(label).matches()) {
                SampleLabel name = pairs.label(i);
                throw new InvalidInputException("class [" + label + "] of [" + name.key() + "] in tar [" + name.tar()
                        + "] must be a whole number from 0, in digits; correct the .cls, or name the classes' pictures"
                        + " by folders");
            }
            labels[i] = Integer.parseInt(label);
        }
    }

    /**
     * Opens tars.
     *
     * @param pattern as of {@link WebDataset#open(String, String, WebDataset.Opening)}
     * @param how the tars are opened, whose reading is that {@link io.tinyclip.data.Reading#ofLabels of labels}
     * @throws InvalidInputException if a tar is missing or damaged, no picture has a label, or a label is no number
     */
    public static LabelledTars open(String pattern, String setting, WebDataset.Opening how) {
        return new LabelledTars(WebDataset.open(pattern, setting, how));
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return pairs.plain(index, preprocessing);
    }

    @Override
    public SampleLabel name(int index) {
        return pairs.label(index);
    }

    @Override
    public String contentHash() {
        return pairs.contentHash();
    }
}
