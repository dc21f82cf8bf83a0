package io.tinyclip.data.source;

import io.tinyclip.data.PairDataset;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.data.Reading;
import io.tinyclip.data.ShardPattern;
import io.tinyclip.data.WebDataset;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Opens what a user names: WebDataset tars, tables of paths and captions ({@code .csv}, {@code .tsv}), folders of pictures with
 * captions beside them, folders of tars, and several of these joined by {@code ::}.
 */
public final class PairSource {
    private static final String SEPARATOR = "::";
    private static final int MOST_WEIGHT = 1000;
    private static final Pattern TABLE = Pattern.compile("(?is).*\\.[ct]sv");

    /** What a path is. */
    enum Kind {
        TARS,
        TABLE,
        FOLDER
    }

    private record Part(String pattern, Kind kind, List<String> places) {}

    private final String setting;
    private final WebDataset.Opening how;
    private final Reading reading;

    /**
     * @param setting names sources in messages, {@code tinyclip.data.train}
     * @param how tars are opened, and how files become pairs
     */
    public PairSource(String setting, WebDataset.Opening how) {
        this.setting = setting;
        this.how = how;
        this.reading = how.reading();
    }

    /** Pairs of all sources, each once. */
    public PairDataset open(String pattern) {
        return open(pattern, "");
    }

    /**
     * Pairs of all sources.
     *
     * @param pattern of paths with braces, {@code *}, {@code ?}, {@code [..]}, {@code **} and {@code ~}
     * @param weights how often a pass sees each source's pairs, as whole numbers joined by {@code ::}; empty for once
     * @throws InvalidInputException if a source is missing, holds no pair, or can be taken in two ways
     */
    public PairDataset open(String pattern, String weights) {
        List<Part> parts = new ArrayList<>();
        for (String part : pattern.split(SEPARATOR, -1)) {
            parts.add(part(part, pattern));
        }
        int[] factors = factors(weights, parts.size());
        boolean once = weights.isBlank()
                || Set.of(1).equals(Arrays.stream(factors).boxed().collect(Collectors.toSet()));
        if (once && parts.stream().allMatch(part -> part.kind == Kind.TARS)) {
            return WebDataset.open(pattern, setting, how);
        }
        List<PairDataset> opened = new ArrayList<>();
        List<Integer> copies = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            for (PairDataset data : open(parts.get(i))) {
                opened.add(data);
                copies.add(factors[i]);
            }
        }
        return opened.size() == 1 && once ? opened.get(0) : new Mixture(opened, copies);
    }

    private List<PairDataset> open(Part part) {
        return switch (part.kind) {
            // Between those of other sources, no runs of a tar's neighbours are left.
            case TARS -> List.of(WebDataset.open(part.pattern, setting, how.in(ReadOrder.PAIRS)));
            case TABLE ->
                part.places.stream()
                        .map(place -> new PairTable(Path.of(place), setting, reading).open())
                        .toList();
            case FOLDER ->
                part.places.stream()
                        .map(place -> new PairFolder(Path.of(place), setting, reading).open())
                        .toList();
        };
    }

    private Part part(String part, String pattern) {
        List<String> places = ShardPattern.places(part, pattern, setting);
        Set<Kind> kinds = places.stream().map(this::kind).collect(Collectors.toSet());
        if (kinds.size() > 1) {
            throw new InvalidInputException(setting + " [" + Location.shown(part.strip())
                    + "] names things of several kinds, such as [" + Location.shown(places.get(0)) + "] and ["
                    + Location.shown(differing(places)) + "]; join sources of several kinds by [::]");
        }
        return new Part(part, kinds.iterator().next(), places);
    }

    private String differing(List<String> places) {
        Kind first = kind(places.get(0));
        return places.stream().filter(place -> kind(place) != first).findFirst().orElseThrow();
    }

    private Kind kind(String place) {
        if (ShardPattern.isElsewhere(place)) {
            if (TABLE.matcher(place.replaceFirst("(?s)[?].*", "")).matches()) {
                throw new InvalidInputException(setting + " [" + Location.shown(place)
                        + "] is a table at an address, where only tars are read; fetch it, and name the file");
            }
            return Kind.TARS;
        }
        if (Files.isDirectory(Path.of(place))) {
            boolean tars = !ShardPattern.tarsIn(Path.of(place), setting).isEmpty();
            if (tars && PairFolder.hasPictures(Path.of(place))) {
                throw new InvalidInputException(setting + " [" + place
                        + "] holds tars and pictures, and could be either; name the tars as [" + place
                        + "/*.tar], or put the pictures into a folder of their own");
            }
            return tars ? Kind.TARS : Kind.FOLDER;
        }
        return TABLE.matcher(place).matches() ? Kind.TABLE : Kind.TARS;
    }

    private int[] factors(String weights, int sources) {
        int[] factors = new int[sources];
        Arrays.fill(factors, 1);
        if (weights.isBlank()) {
            return factors;
        }
        String[] words = weights.split(SEPARATOR, -1);
        if (words.length != sources) {
            throw new InvalidInputException("tinyclip.data.upsampling [" + weights + "] has [" + words.length
                    + "] numbers for [" + sources + "] sources in " + setting + "; give one for each, joined by [::]");
        }
        for (int i = 0; i < sources; i++) {
            String word = words[i].strip();
            factors[i] = word.matches("[0-9]{1,4}") ? Integer.parseInt(word) : 0;
            if (factors[i] < 1 || factors[i] > MOST_WEIGHT) {
                throw new InvalidInputException("tinyclip.data.upsampling [" + weights + "]: [" + word
                        + "] must be a whole number from 1 to " + MOST_WEIGHT
                        + ", for a pair comes exactly so often in a pass; write 0.5::1 as 1::2");
            }
        }
        return factors;
    }
}
