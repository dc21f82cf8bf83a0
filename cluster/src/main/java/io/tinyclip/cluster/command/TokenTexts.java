package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.data.Reading;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which tokens some texts use.
 *
 * @param tokens their ids
 * @param first some of the texts
 */
record TokenTexts(BitSet tokens, List<String> first) {
    static final String OPTION = "--tokens-of";
    private static final String LINES = ".txt";

    /**
     * Reads the texts.
     *
     * @param place a file with a text a line, or pairs
     * @param contextLength tokens behind it do not count
     * @param keep of the texts themselves
     * @throws InvalidInputException if there are none, or they cannot be read
     */
    static TokenTexts read(String place, Sources sources, Reading reading, int contextLength, int keep) {
        BitSet tokens = new BitSet(Tokenizer.VOCABULARY);
        List<String> first = new ArrayList<>();
        Consumer<String> take = text -> {
            Arrays.stream(Tokenizer.clip().encode(text, contextLength)).forEach(tokens::set);
            if (first.size() < keep) {
                first.add(text);
            }
        };
        if (place.endsWith(LINES) && Files.isRegularFile(Path.of(place))) {
            lines(Path.of(place), take);
        } else {
            sources.pairs(place, OPTION, reading).forEachText(take);
        }
        if (first.isEmpty()) {
            throw new InvalidInputException(OPTION + " [" + place + "] has no text; give one a line");
        }
        return new TokenTexts(tokens, first);
    }

    private static void lines(Path file, Consumer<String> take) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.filter(line -> !line.isBlank()).forEach(take);
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    "cannot read " + OPTION + " [" + file + "]: " + e + "; give a file in UTF-8", e);
        }
    }
}
