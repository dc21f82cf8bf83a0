package io.tinyclip.cluster.serve;

import java.util.List;

/**
 * What a request wants embedded.
 *
 * @param texts in the request's order
 * @param pictures whole files, in the request's order
 */
record Inputs(List<String> texts, List<byte[]> pictures) {
    Inputs {
        texts = List.copyOf(texts);
        pictures = List.copyOf(pictures);
    }

    int count() {
        return texts.size() + pictures.size();
    }
}
