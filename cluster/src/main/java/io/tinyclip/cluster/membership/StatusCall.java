package io.tinyclip.cluster.membership;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asking a member of a cluster how the cluster is doing, without joining it. */
public final class StatusCall {
    /** Before the actor system's threads ask for loggers all at once, which slf4j reports on the console. */
    private static final Logger LOG = LoggerFactory.getLogger(StatusCall.class);

    private static final Duration ANSWER = Duration.ofSeconds(15);

    /** Then the member's other names are tried as well. */
    private static final Duration WIDENED_AFTER = Duration.ofSeconds(4);

    private final OtherNames names;
    private final Address member;
    private final CompletableFuture<ClusterStatus> answer = new CompletableFuture<>();

    private StatusCall(OtherNames names, Address member) {
        this.names = names;
        this.member = member;
    }

    /**
     * Asks a member, by any of its names.
     *
     * @param settings of whoever asks, such as its certificate
     * @throws UncheckedIOException with one line, if nothing is there or nothing answers in time
     */
    public static ClusterStatus ask(Address member, Map<String, String> settings) {
        return ask(member, settings, new SystemLookup());
    }

    static ClusterStatus ask(Address member, Map<String, String> settings, HostLookup lookup) {
        LOG.debug("asking [{}]", member);
        StatusCall call = new StatusCall(new OtherNames(lookup), member);
        List<Address> listening = call.listening();
        Map<String, String> asker = new HashMap<>(settings);
        asker.put("tinyclip.cluster.seeds", listening.get(0).toString());
        asker.putIfAbsent("tinyclip.cluster.port", "0");
        ClusterSettings own = SettingsFile.defaults(asker).cluster();
        try (ClusterSystem asking = ClusterSystem.start(own, ConfigFactory.empty(), List.of(), lookup)) {
            return call.through(asking, listening);
        }
    }

    /** Those of its surer names at which something listens, else of all its names: remoting would try again and again. */
    private List<Address> listening() {
        try {
            names.requireKnown(List.of(member));
        } catch (InvalidInputException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), new IOException("unresolved", e));
        }
        List<Address> sure = names.sure(member);
        if (names.listens(sure)) {
            return sure;
        }
        List<Address> found = names.all(member).stream()
                .filter(name -> names.listens(List.of(name)))
                .toList();
        if (found.isEmpty()) {
            throw new UncheckedIOException(
                    "cannot reach [" + member + "]" + others(", nor any other of ")
                            + "; check that a coordinator or node runs there",
                    new IOException("nothing listens"));
        }
        return found;
    }

    /** Said of the member's other names, where it has any. */
    private String others(String words) {
        List<Address> others =
                names.all(member).stream().filter(name -> !name.equals(member)).toList();
        return others.isEmpty() ? "" : words + others;
    }

    private ClusterStatus through(ClusterSystem asking, List<Address> first) {
        first.forEach(name -> ask(asking, name));
        CompletableFuture.delayedExecutor(WIDENED_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> names.all(member).stream()
                        .filter(name -> !first.contains(name) && !answer.isDone())
                        .forEach(name -> ask(asking, name)));
        try {
            return answer.orTimeout(ANSWER.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw new UncheckedIOException(
                    "nothing at [" + member + "] told how its cluster is within " + ANSWER.toSeconds() + "s"
                            + others(", nor did any of ")
                            + "; give the address that a coordinator or node printed when it started",
                    new IOException(e.getCause()));
        }
    }

    private void ask(ClusterSystem asking, Address name) {
        StatusQuestion.ask(asking.system(), name.toString(), ANSWER).thenAccept(answer::complete);
    }
}
