package io.tinyclip.plan;

/**
 * Whether cuts leave students that formats with uniform layers can hold, and whether the zeros that make layers alike there
 * belong to the budget. A setting: its values are these names in lower case.
 */
public enum Exportable {
    /** Sizes follow the masks alone. */
    FALSE,
    /** Widths are multiples of the head width, no layer has more heads than fit the width; the budget is without padding. */
    TRUE,
    /** The same, and the budget counts the student as those formats hold it. */
    DENSE
}
