package io.tinyclip.cluster;

import io.tinyclip.model.InvalidInputException;

/** The entry point of {@code coordinator.jar}. */
public final class Main {
    private static final int WRONG_USE = 2;

    private Main() {}

    /**
     * Prints the version.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        try {
            Platform.prepare();
        } catch (InvalidInputException e) {
            System.err.println("coordinator: " + e.getMessage());
            System.exit(WRONG_USE);
        }
        System.out.println("TinyCLIP on Akka " + Main.class.getPackage().getImplementationVersion());
    }
}
