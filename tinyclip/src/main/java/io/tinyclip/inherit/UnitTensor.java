package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;

/** A tensor of a transformer, seen as a matrix: which units its rows and its columns belong to. */
record UnitTensor(String name, Side rows, Side columns) {
    /**
     * The rows, or the columns.
     *
     * @param size how many
     * @param units that they belong to; an empty group where they belong to none
     * @param inner neighbours that make one unit, such as a head's channels; all units may come several times over, as in
     *     queries, keys and values
     * @param masked whether the masked forward multiplies the units' masks in here
     */
    record Side(int size, MaskGroup units, int inner, boolean masked) {
        private static final MaskGroup NONE = new MaskGroup(0, 0);

        static Side plain(int size) {
            return new Side(size, NONE, 1, false);
        }

        static Side of(MaskGroup units) {
            return new Side(units.size(), units, 1, false);
        }

        Side asMasked() {
            return new Side(size, units, inner, true);
        }

        boolean hasUnits() {
            return units.size() > 0;
        }

        /** How often all units come. */
        int times() {
            return size / (units.size() * inner);
        }

        /** The mask of a row or column, as an index into the mask segment. */
        int mask(int index) {
            return units.from() + index % (units.size() * inner) / inner;
        }
    }
}
