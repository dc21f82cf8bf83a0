package io.tinyclip.data.icons;

import java.util.List;

/** An icon of each family, drawn anew at each call: enough to tell whether two machines draw alike. */
public final class IconSample {
    private static final List<Icon> ICONS = List.of(
            icon(IconFamily.TABLER, "icons/outline/cookie.svg", "cookie"),
            icon(IconFamily.MATERIAL, "svg/fingerprint.svg", "fingerprint"),
            icon(IconFamily.FONT_AWESOME, "svgs/solid/bicycle.svg", "bicycle"),
            icon(IconFamily.LUCIDE, "icons/orbit.svg", "orbit"),
            icon(IconFamily.BOOTSTRAP, "icons/fingerprint.svg", "fingerprint"));

    private IconSample() {}

    /** The icons with their drawings. */
    public static IconSet draw() {
        IconDrawing drawing = new IconDrawing();
        return new IconSet(ICONS, ICONS.stream().map(drawing::draw).toList(), IconDrawing.SIZE);
    }

    private static Icon icon(IconFamily family, String path, String name) {
        return new Icon(family, path, name, List.of());
    }
}
