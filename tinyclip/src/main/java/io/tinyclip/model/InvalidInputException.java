package io.tinyclip.model;

import java.util.regex.Pattern;

/** Something the user gave cannot be used. The message is one line: what, where, the bound and the remedy. */
public class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names and values come from files, so a message may hold anything. */
    private static final Pattern LINE_BREAKERS = Pattern.compile("[\\p{Cntrl}\u0085\u2028\u2029]+");

    private static final int LONGEST = 4000;

    public InvalidInputException(String message) {
        super(oneLine(message));
    }

    public InvalidInputException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        String line = message.length() <= LONGEST
                ? message
                : message.substring(0, LONGEST / 2) + " ... " + message.substring(message.length() - LONGEST / 2);
        return LINE_BREAKERS.matcher(line).replaceAll(" ");
    }
}
