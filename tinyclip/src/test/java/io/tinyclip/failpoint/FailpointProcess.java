package io.tinyclip.failpoint;

/** A process that comes to two failpoints and ends well. */
final class FailpointProcess {
    private FailpointProcess() {}

    /** Prints what it has passed. */
    public static void main(String[] arguments) {
        Failpoint.requireSensible();
        Failpoint.APPLY.around(() -> System.out.println("applied"));
        Failpoint.FILE_RENAME.before("manifest.json");
        System.out.println("renamed");
    }
}
