package io.tinyclip.cluster.membership;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asking a member of a cluster how the cluster is doing, without joining it. */
public final class StatusCall {
    /** Before the actor system's threads ask for loggers all at once, which slf4j reports on the console. */
    private static final Logger LOG = LoggerFactory.getLogger(StatusCall.class);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private StatusCall() {}

    /**
     * Asks.
     *
     * @throws UncheckedIOException with one line, if nothing is there or nothing answers in time
     */
    public static ClusterStatus ask(Address member) {
        LOG.debug("asking [{}]", member);
        requireListening(member);
        ClusterSettings own = SettingsFile.defaults(
                        Map.of("tinyclip.cluster.seeds", member.toString(), "tinyclip.cluster.port", "0"))
                .cluster();
        try (ClusterSystem asking = ClusterSystem.start(own, ConfigFactory.empty(), List.of())) {
            return StatusQuestion.ask(asking.system(), member.toString(), ANSWER)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new UncheckedIOException(
                    "nothing at [" + member + "] told how its cluster is within " + ANSWER.toSeconds()
                            + "s; give the address that a coordinator or node printed when it started",
                    new IOException(e.getCause()));
        }
    }

    /** Remoting would try again and again. */
    private static void requireListening(Address member) {
        InetSocketAddress address = new InetSocketAddress(member.host(), member.port());
        if (address.isUnresolved()) {
            throw new UncheckedIOException(
                    "cannot find the host [" + member.host() + "]; check the name", new IOException("unresolved"));
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) CONNECT.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot reach [" + member + "] (" + e.getMessage()
                            + "); check that a coordinator or node runs there",
                    e);
        }
    }
}
