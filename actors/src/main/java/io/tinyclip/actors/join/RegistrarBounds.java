package io.tinyclip.actors.join;

import akka.actor.typed.Behavior;
import io.tinyclip.actors.bounds.Check;
import io.tinyclip.actors.bounds.Gate;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.plane.Link;
import java.util.List;
import java.util.Optional;

/** What may be said to a registrar: much of it is shown to people, or kept for as long as a machine takes part. */
public final class RegistrarBounds {
    private static final int MOST_SETTINGS = 4096;
    private static final int MOST_LINKS = 8192;

    private RegistrarBounds() {}

    /** Lets nothing else get to it. */
    public static Behavior<RegistrarCommand> before(Behavior<RegistrarCommand> registrar) {
        return Gate.before(registrar, RegistrarCommand.class, RegistrarBounds::wrong, new Rejections());
    }

    private static Optional<String> wrong(RegistrarCommand command) {
        Check check = new Check();
        if (command instanceof RegistrarCommand.Offer it) {
            offer(check, it.claim());
        } else if (command instanceof RegistrarCommand.Ready it) {
            it.proof().dataHash().ifPresent(hash -> check.text("the data's hash", hash));
        } else if (command instanceof RegistrarCommand.Report it) {
            report(check, it.report());
        } else if (command instanceof RegistrarCommand.Broken it) {
            check.text("the line", it.breakdown().line());
        }
        return check.wrong();
    }

    private static void offer(Check check, RunTerms.Claim claim) {
        check.text("the build", claim.belonging().build())
                .text("the cluster", claim.belonging().cluster())
                .within("settings", claim.decisive().size(), 0, MOST_SETTINGS)
                .each(List.copyOf(claim.decisive().keySet()), key -> check.text("a key", key))
                .each(List.copyOf(claim.decisive().values()), value -> check.text("a value", value));
    }

    private static void report(Check check, MemberReport it) {
        check.within("uptime", it.uptimeNanos(), 0, Long.MAX_VALUE)
                .within("leased partitions", it.leased(), 0, Integer.MAX_VALUE)
                .within("partitions", it.partitions(), 0, Long.MAX_VALUE)
                .within("memory", it.memoryBytes(), 0, Long.MAX_VALUE)
                .within("refused messages", it.refused(), 0, Long.MAX_VALUE)
                .size("links", it.links(), MOST_LINKS)
                .each(it.links(), link -> link(check, link));
    }

    private static void link(Check check, Link link) {
        check.text("a peer", link.peer())
                .within("bytes sent", link.sentBytes(), 0, Long.MAX_VALUE)
                .within("bytes received", link.receivedBytes(), 0, Long.MAX_VALUE);
    }
}
