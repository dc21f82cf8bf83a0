package io.tinyclip.evaluate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much captions have in common with another text: what both contain as a part of what either contains, counted in
 * words and in pairs of neighbouring words, which tell a red icon on blue from a blue one on red.
 */
final class WordOverlap {
    private final Map<String, Integer> ids = new HashMap<>();
    private final int[][] captions;

    WordOverlap(List<String> captions) {
        this.captions = captions.stream()
                .map(caption -> features(caption).stream()
                        .mapToInt(feature -> ids.computeIfAbsent(feature, f -> ids.size()))
                        .toArray())
                .toArray(int[][]::new);
    }

    /** Adds {@code weight} times the overlap (0..1) with the text to the score of each caption. */
    void addTo(float[] scores, String text, float weight) {
        Set<String> features = features(text);
        boolean[] contained = new boolean[ids.size()];
        for (String feature : features) {
            Integer id = ids.get(feature);
            if (id != null) {
                contained[id] = true;
            }
        }
        for (int i = 0; i < captions.length; i++) {
            int both = 0;
            for (int feature : captions[i]) {
                both += contained[feature] ? 1 : 0;
            }
            scores[i] += weight * both / (features.size() + captions[i].length - both);
        }
    }

    private static Set<String> features(String text) {
        String[] words = text.split(" ");
        Set<String> features = new LinkedHashSet<>(Arrays.asList(words));
        for (int i = 1; i < words.length; i++) {
            features.add(words[i - 1] + " " + words[i]);
        }
        return features;
    }
}
