package io.tinyclip.report;

/** Colours by what they are for; on a page each has a light and a dark form. From Okabe and Ito's colour-blind-safe set. */
enum Ink {
    TEXT("t", 0x1f2328),
    FAINT("f", 0x59636e),
    GRID("g", 0xd1d9e0),
    FIRST("a", 0x0072b2),
    SECOND("b", 0xd55e00),
    THIRD("c", 0x009e73),
    FOURTH("d", 0xcc79a7);

    private final String style;
    private final int rgb;

    Ink(String style, int rgb) {
        this.style = style;
        this.rgb = rgb;
    }

    /** The class of the page's style sheet. */
    String style() {
        return style;
    }

    /** On white. */
    int rgb() {
        return rgb;
    }
}
