package io.tinyclip.data.icons;

import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which icons there are, in one fixed shuffled order, so that the first N are a fair sample of all. */
public enum IconCatalog {
    /** What trains: Tabler, Material, Font Awesome and Lucide. */
    TRAIN(IconFamily.TABLER, IconFamily.MATERIAL, IconFamily.FONT_AWESOME, IconFamily.LUCIDE),
    /** What evaluates: Bootstrap, by other hands and never trained on. */
    UNSEEN(IconFamily.BOOTSTRAP),
    /** What settings are chosen by: Ionicons, which neither trains nor evaluates in the end. */
    VALIDATION(IconFamily.IONICONS);

    /** A word that one icon alone has teaches nothing that its name does not, but costs a row of the token table. */
    private static final int LEAST_TAG_USES = 2;

    private static final long ORDER_SEED = 20_240_601L;

    private final List<IconFamily> families;

    IconCatalog(IconFamily... families) {
        this.families = List.of(families);
    }

    /** All icons of the catalog; reads the families' metadata anew at every call. */
    public List<Icon> icons() {
        return first(Integer.MAX_VALUE);
    }

    /**
     * The first icons of the shuffled order.
     *
     * @param limit at most so many, 1 or more
     */
    public List<Icon> first(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " is below 1");
        }
        List<Icon> icons = new ArrayList<>();
        families.forEach(family -> icons.addAll(family.icons()));
        record Ranked(long rank, Icon icon) {}
        List<Ranked> ranked = new ArrayList<>();
        for (Icon icon : withoutRareTags(icons)) {
            ranked.add(new Ranked(Counter.bits(ORDER_SEED, ranked.size()), icon));
        }
        ranked.sort(Comparator.comparingLong(Ranked::rank));
        return ranked.stream().limit(limit).map(Ranked::icon).toList();
    }

    private static List<Icon> withoutRareTags(List<Icon> icons) {
        Map<String, Integer> uses = new HashMap<>();
        icons.forEach(icon -> icon.tags().forEach(tag -> uses.merge(tag, 1, Integer::sum)));
        return icons.stream()
                .map(icon -> icon.withTags(icon.tags().stream()
                        .filter(tag -> uses.getOrDefault(tag, 0) >= LEAST_TAG_USES)
                        .toList()))
                .toList();
    }
}
