package io.tinyclip.cluster.guard;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.tinyclip.actors.tls.Identity;
import io.tinyclip.actors.tls.Role;
import java.net.InetSocketAddress;
import java.security.cert.CertificateParsingException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Whoever is at the other end of a connection.
 *
 * @param shown roles of its certificate; empty on a port without TLS
 * @param here whether it is on this machine, as far as its address tells
 */
record Asker(Optional<Set<Role>> shown, boolean here) {
    private static final Set<Role> MAY_ASK = Set.of(Role.OPERATOR, Role.COORDINATOR);

    /** Of a connection whose handshake, if it has one, is done. */
    static Asker of(Channel channel) {
        boolean here = channel.remoteAddress() instanceof InetSocketAddress from
                && channel.localAddress() instanceof InetSocketAddress to
                && (from.getAddress().isLoopbackAddress() || from.getAddress().equals(to.getAddress()));
        return new Asker(
                Optional.ofNullable(channel.pipeline().get(SslHandler.class)).map(Asker::roles), here);
    }

    private static Set<Role> roles(SslHandler handler) {
        try {
            return Identity.of(handler.engine().getSession()).roles();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Set.of();
        }
    }

    /** Why it may not ask that. */
    Optional<String> refusal(Question question) {
        if (shown.isPresent()) {
            boolean member = question == Question.HERE && !shown.get().isEmpty();
            return member || shown.get().stream().anyMatch(MAY_ASK::contains)
                    ? Optional.empty()
                    : Optional.of("a certificate for "
                            + shown.get().stream().map(Role::word).sorted().toList() + " may not ask "
                            + question.words() + "; one for operator may (command keys)");
        }
        return here || question == Question.STATUS
                ? Optional.empty()
                : Optional.of("without TLS nobody on another machine may ask " + question.words());
    }

    /** Whether its certificate is a coordinator's, or nobody shows any here. */
    boolean mayLead() {
        return shown.isEmpty() || shown.get().contains(Role.COORDINATOR);
    }

    /** Whether it has shown who it is, and may take its time. */
    boolean isProven() {
        return shown.isPresent();
    }
}
