package io.tinyclip.evaluate;

import io.tinyclip.image.RgbImage;
import java.util.List;

/**
 * Pictures and texts to find each other by.
 *
 * @param prefix in front of the names of the figures, empty or ending in a dot
 * @param images all of one size
 * @param texts what the pictures are searched among, and searched by
 * @param textsOfImage for each image the indices of the texts that are right for it; one at least
 */
public record RetrievalTask(String prefix, List<RgbImage> images, List<String> texts, List<int[]> textsOfImage) {
    public RetrievalTask {
        images = List.copyOf(images);
        texts = List.copyOf(texts);
        textsOfImage = List.copyOf(textsOfImage);
        if (images.size() != textsOfImage.size()) {
            throw new IllegalArgumentException(images.size() + " images, but right texts for " + textsOfImage.size());
        }
        for (int[] right : textsOfImage) {
            if (right.length == 0) {
                throw new IllegalArgumentException("an image has no right text");
            }
            for (int text : right) {
                if (text < 0 || text >= texts.size()) {
                    throw new IllegalArgumentException("text " + text + " of " + texts.size());
                }
            }
        }
    }
}
