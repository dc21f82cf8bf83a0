package io.tinyclip.actors.join;

import java.util.regex.Pattern;

/**
 * Why a machine cannot work for a run any more.
 *
 * @param line for people: what, where and the remedy; one line, whatever another machine has sent
 */
public record Breakdown(Cause cause, String line) {
    private static final Pattern LINE_BREAKERS = Pattern.compile("[\\p{Cntrl}\u0085\u2028\u2029]+");
    private static final int LONGEST = 4000;

    /** Whom it concerns. */
    public enum Cause {
        /** The run's data cannot be used: every machine would fail alike. */
        DATA,
        /** This machine only, such as its memory, its disk or its engine: others can go on. */
        MACHINE
    }

    public Breakdown {
        String shortened = line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " ...";
        line = LINE_BREAKERS.matcher(shortened).replaceAll(" ");
    }
}
