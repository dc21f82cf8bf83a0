package io.tinyclip.cluster.membership;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.actors.wire.StatusBytes;
import io.tinyclip.cluster.guard.Question;
import io.tinyclip.cluster.guard.Reply;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Asking a member of a cluster as an operator, without joining it. */
public final class MemberCall {
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(15);

    /** A member says who leads; whoever leads may have changed since. */
    private static final int MOST_HOPS = 4;

    private final OtherNames names;
    private final Optional<RunTls> tls;
    private final Question question;
    private final Duration limit;

    private MemberCall(Map<String, String> settings, HostLookup lookup, Question question, Duration limit) {
        ClusterSettings own = SettingsFile.defaults(settings).cluster();
        this.names = new OtherNames(lookup);
        this.tls = own.protection().credentials().map(RunTls::of);
        this.question = question;
        this.limit = limit;
    }

    /**
     * How the cluster is doing.
     *
     * @param member by any of its names
     * @param settings of whoever asks, such as its certificate
     * @throws UncheckedIOException with one line, if nothing is there, nothing answers in time, or it may not be asked
     */
    public static ClusterStatus status(Address member, Map<String, String> settings) {
        return status(member, settings, new SystemLookup());
    }

    static ClusterStatus status(Address member, Map<String, String> settings, HostLookup lookup) {
        Reply reply = new MemberCall(settings, lookup, Question.STATUS, TOLD_WITHIN).ask(member);
        try {
            return StatusBytes.read(reply.bytes());
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(
                    "[" + member + "] has answered what is no status; use the same coordinator.jar",
                    new IOException(e));
        }
    }

    /**
     * Ends the run with a checkpoint, on every machine.
     *
     * @param limit for the step under way, and its checkpoint
     * @return what has become of it
     * @throws UncheckedIOException as {@link #status}
     */
    public static String end(Address member, Map<String, String> settings, Duration limit) {
        return new MemberCall(settings, new SystemLookup(), Question.END, limit)
                .ask(member)
                .line();
    }

    private Reply ask(Address member) {
        Address asked = member;
        for (int hop = 0; hop < MOST_HOPS; hop++) {
            Reply reply = asked(asked);
            switch (reply.kind()) {
                case ELSEWHERE ->
                    asked = ClusterReader.addresses(reply.line(), "whoever leads")
                            .get(0);
                case REFUSED ->
                    throw new UncheckedIOException("[" + asked + "]: " + reply.line(), new IOException("refused"));
                default -> {
                    return reply;
                }
            }
        }
        throw new UncheckedIOException(
                "each machine from [" + member + "] on says that another one leads; ask again",
                new IOException("no leader"));
    }

    private Reply asked(Address member) {
        Address found = listening(member);
        try {
            return ask(found, tls, question, limit);
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException(
                    "[" + member + "] has not answered within " + limit.toSeconds()
                            + "s; ask again, or look into its log",
                    e);
        } catch (SSLException e) {
            throw new UncheckedIOException(
                    "[" + member + "] does not take this certificate, or speaks without TLS (" + e.getMessage()
                            + "); give one of the run's operator with -Dtinyclip.cluster.tls.certificate=...",
                    e);
        } catch (EOFException e) {
            throw new UncheckedIOException(
                    "[" + member
                            + "] has closed without an answer; a run over TLS answers its operator's certificate alone"
                            + " (-Dtinyclip.cluster.tls.certificate=...)",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ask [" + member + "]: " + e.getMessage(), e);
        }
    }

    /** @param limit for the answer, once it is connected */
    static Reply ask(Address at, Optional<RunTls> tls, Question question, Duration limit) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(at.host(), at.port()), Math.toIntExact(TOLD_WITHIN.toMillis()));
            plain.setSoTimeout(Math.toIntExact(limit.toMillis()));
            Socket socket = tls.isPresent() ? tls.get().over(plain) : plain;
            socket.getOutputStream().write(question.bytes());
            return Reply.read(socket.getInputStream());
        }
    }

    /** The first of a member's names at which something listens. */
    private Address listening(Address member) {
        try {
            names.requireKnown(List.of(member));
        } catch (InvalidInputException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), new IOException("unresolved", e));
        }
        return names.all(member).stream()
                .filter(name -> names.listens(List.of(name)))
                .findFirst()
                .orElseThrow(() -> new UncheckedIOException(
                        "cannot reach [" + member + "]" + others(member)
                                + "; check that a coordinator or node runs there",
                        new IOException("nothing listens")));
    }

    /** Said of the member's other names, where it has any. */
    private String others(Address member) {
        List<Address> others =
                names.all(member).stream().filter(name -> !name.equals(member)).toList();
        return others.isEmpty() ? "" : ", nor any other of " + others;
    }
}
