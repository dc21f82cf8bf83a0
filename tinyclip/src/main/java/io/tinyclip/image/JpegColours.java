package io.tinyclip.image;

/** What the samples of a JPEG mean, by the rules of the IJG's library, which every common decoder follows. */
enum JpegColours {
    GREY,
    RGB,
    YCC,
    CMYK,
    /** CMYK of which the first three are turned into luma and chroma. */
    YCCK;

    /**
     * @param components 1, 3 or 4
     * @param transform of Adobe's marker, negative without one
     * @param jfif whether there is a marker of JFIF's
     * @param names a character for each component
     */
    static JpegColours of(int components, int transform, boolean jfif, String names) {
        return switch (components) {
            case 1 -> GREY;
            // Without a marker of Adobe's, components that are named R, G and B tell.
            case 3 -> !jfif && (transform < 0 ? names.equals("RGB") : transform == 0) ? RGB : YCC;
            default -> transform <= 0 ? CMYK : YCCK;
        };
    }

    /** Whether inks are stored, not lights. */
    boolean isInk() {
        return this == CMYK || this == YCCK;
    }
}
