package io.tinyclip.data.icons;

import java.util.List;

/**
 * One drawing of a family.
 *
 * @param family who drew it
 * @param path of its SVG, relative to the family's root
 * @param name in words without words of style, as {@code alarm clock}
 * @param tags other words for it and the fields that it belongs to, without the name itself, in the family's order
 */
public record Icon(IconFamily family, String path, String name, List<String> tags) {
    public Icon {
        tags = List.copyOf(tags);
    }

    Icon withTags(List<String> kept) {
        return new Icon(family, path, name, kept);
    }

    String resource() {
        return family.root() + path;
    }
}
