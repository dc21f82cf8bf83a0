package io.tinyclip.failpoint;

import java.util.Optional;

/**
 * A place in the program that matters to a run: before or after it, a process can be made to end, to stand still or to fail. Off,
 * as it always is in a run that matters, a call costs one look at a constant.
 *
 * <p>The environment variable {@code TINYCLIP_FAILPOINTS} switches it on, for {@code scripts/chaos} and tests only:
 *
 * <pre>
 * TINYCLIP_FAILPOINTS=commit-send:before:3:halt            the third time, before a commit is sent
 * TINYCLIP_FAILPOINTS=file-rename(manifest):after:1:error  what is written to a file whose name begins so
 * TINYCLIP_FAILPOINTS=@/tmp/orders                         whatever stands in that file, as soon as it is there
 * </pre>
 *
 * <p>{@code halt} ends the process as SIGKILL does, {@code hang} lets the thread stand there until the file of orders is gone, or for
 * ever, and {@code error} throws. Several orders are separated by commas. Before it acts on a file of orders it makes a second
 * one beside it, NAME.reached.
 */
public enum Failpoint {
    /** The content of a file is made durable; its name is the detail. */
    FILE_SYNC("file-sync"),
    /** It gets its name. */
    FILE_RENAME("file-rename"),
    /** A coordinator claims the next term. */
    TERM_CLAIM("term-claim"),
    /** The leader tells a server to commit a step. */
    COMMIT_SEND("commit-send"),
    /** The leader tells a server to go on to the next model. */
    TRANSITION_SEND("transition-send"),
    /** A server tells that its part of the gradient is whole. */
    REDUCED_SEND("reduced-send"),
    /** A server makes the next version of its part. */
    APPLY("apply"),
    /** A server gathers its part of the next model. */
    GATHER("gather"),
    /** A server loads its part of a checkpoint. */
    LOAD("load"),
    /** A machine tells that it is ready to take part. */
    JOIN("join"),
    /** A worker tells of a finished sum. */
    SUM_SEND("sum-send");

    /** The environment variable. */
    public static final String VARIABLE = "TINYCLIP_FAILPOINTS";

    private static final Optional<Orders> ORDERS = Optional.ofNullable(System.getenv(VARIABLE))
            .filter(it -> !it.isBlank())
            .map(Orders::new);

    private final String word;

    Failpoint(String word) {
        this.word = word;
    }

    /** As an order names it. */
    public String word() {
        return word;
    }

    /** Whether anything may be due in this process at all. */
    public static boolean isOn() {
        return ORDERS.isPresent();
    }

    /** @throws io.tinyclip.model.InvalidInputException if the environment variable makes no sense */
    public static void requireSensible() {
        ORDERS.ifPresent(Orders::requireSensible);
    }

    /** Both, around something that matters. */
    public void around(Runnable work) {
        before();
        work.run();
        after();
    }

    public void before() {
        before("");
    }

    /** @param detail such as the name of a file, for points that are reached for several things */
    public void before(String detail) {
        if (ORDERS.isPresent()) {
            ORDERS.get().reached(this, Order.Moment.BEFORE, detail);
        }
    }

    public void after() {
        after("");
    }

    /** @param detail as in {@link #before(String)} */
    public void after(String detail) {
        if (ORDERS.isPresent()) {
            ORDERS.get().reached(this, Order.Moment.AFTER, detail);
        }
    }
}
