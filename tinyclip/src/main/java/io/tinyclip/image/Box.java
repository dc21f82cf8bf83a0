package io.tinyclip.image;

/** A part of a picture, in whole pixels from its upper left corner. */
public record Box(int x, int y, int width, int height) {
    public Box {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "no box has corner (" + x + ", " + y + ") and size " + width + " x " + height);
        }
    }

    /** The whole of a picture. */
    public static Box of(Picture picture) {
        return new Box(0, 0, picture.width(), picture.height());
    }

    boolean fits(Picture picture) {
        return x <= picture.width() - width && y <= picture.height() - height;
    }
}
